"""The operator's instances: narrowed, diagnosed, and every deed with a reason in the audit."""

import datetime

import pytest
from django.urls import reverse

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import User
from astra.core.journey.instances.models import Finding, Rollout
from astra.core.journey.instances.queries import instance_facts
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import change, make_instance
from tests.support.cast import PASSWORD


@pytest.fixture
def desk(client, db):
    user = User.objects.create_user("olga@astra.example", PASSWORD, name="Olga", is_operator=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def bots(seller, other_seller):
    well = make_instance(seller.id, name="Vai bem", seen_state="online")
    dead = make_instance(other_seller.id, name="Sem token", seen_state="errored", reason="token_invalid", engine="none")
    caught = make_instance(seller.id, name="Preso", seen_state="quarantined", reason="process_ended")
    with acting_for(seller.id):
        Finding.objects.create(
            seller_id=seller.id, instance_id=well, step="send_messages", place="9", place_name="vitrine", verdict="blocked",
            reason="missing_permissions", facts={"permission": "send_messages", "holder": "@everyone"},
        )  # fmt: skip
    return well, dead, caught


def page_of(desk, **query):
    return desk.get(reverse("admin_instances"), query).content.decode()


def names_in(page):
    listed = page.split('role="search"')[1]
    return {name for name in ("Vai bem", "Sem token", "Preso") if name in listed}


def test_the_list_is_narrowed_by_state_reason_engine_and_words(desk, bots, seller):
    assert names_in(page_of(desk)) == {"Vai bem", "Sem token", "Preso"}
    assert names_in(page_of(desk, state="online")) == {"Vai bem"}
    assert names_in(page_of(desk, engine="none")) == {"Sem token"}
    assert names_in(page_of(desk, reason="missing_permissions")) == {"Vai bem"}
    assert names_in(page_of(desk, reason="token_invalid")) == {"Sem token"}
    assert names_in(page_of(desk, q="preso")) == {"Preso"}
    assert names_in(page_of(desk, state="nonsense")) == {"Vai bem", "Sem token", "Preso"}
    assert "Nenhuma instância corresponde" in page_of(desk, q="zzzz")


def test_what_is_wrong_stands_first_by_severity_with_what_to_do(desk, bots, seller):
    change(seller.id, make_instance(seller.id, name="Esquecido"), since_at=real_instant() - datetime.timedelta(minutes=5))
    told = page_of(desk).split('role="search"')[0]
    places = [told.index(text) for text in ("ninguém o inicia", "Preso", "Sem token", "Enviar mensagens")]
    assert places[0] < places[2]
    assert places[1] < places[2]
    assert "astra supervisor" in told
    assert "espera o vendedor" in told.lower() or "Espera o vendedor" in told


@pytest.mark.parametrize(
    ("address", "verb", "state"),
    [
        ("admin_restart_instance", "restart_instance", "configured"),
        ("admin_release_instance", "start_instance", "configured"),
        ("admin_stop_instance", "stop_instance", "quarantined"),
        ("admin_move_instance", "move_engine", "configured"),
        ("admin_choose_channel", "choose_channel", "quarantined"),
    ],
)
def test_every_deed_asks_for_a_reason_and_is_kept(desk, bots, seller, address, verb, state):
    caught = bots[2]
    where = reverse(address, args=[caught])
    desk.post(where, {"engine": "none"})
    with acting_for(seller.id):
        assert not AuditRow.objects.filter(verb=verb).exists()
    assert instance_facts(seller.id, caught).seen_state == "quarantined"
    answer = desk.post(where, {"engine": "none", "reason": "o vendedor pediu"})
    assert answer["Location"] == reverse("admin_instance", args=[caught])
    with acting_for(seller.id):
        kept = AuditRow.objects.get(verb=verb)
    assert (kept.reason, kept.actor_kind) == ("o vendedor pediu", "operator")
    assert instance_facts(seller.id, caught).seen_state == state


def test_a_reason_that_is_too_long_is_given_back(desk, bots, seller):
    typed = "porque " * 40
    page = desk.post(reverse("admin_restart_instance", args=[bots[2]]), {"reason": typed}, follow=True).content.decode()
    assert typed.strip() in page
    assert "279 caracteres e cabem 200" in page
    assert instance_facts(seller.id, bots[2]).seen_state == "quarantined"


def test_one_instance_says_everything_and_unknown_ones_do_not_exist(desk, bots):
    page = desk.get(reverse("admin_instance", args=[bots[0]])).content.decode()
    assert "Limites" in page
    assert "0 / 5" in page
    assert "não perguntado" in page
    assert desk.get(reverse("admin_instance", args=["01a21430-4fc7-75bf-a72b-b03e88953e05"])).status_code == 404


def test_the_pages_refresh_what_they_say_and_leave_the_forms_alone(desk, bots):
    live = {"HX-Request": "true"}
    told = desk.get(reverse("admin_instances"), {"state": "online"}, headers=live).content.decode()
    assert "<html" not in told
    assert 'role="search"' not in told, "what the operator types there stays"
    assert "?state=online" in told.split('hx-get="')[1].split('"')[0], "the next look is narrowed, too"
    assert told.count("hx-swap-oob") == 2
    one = desk.get(reverse("admin_instance", args=[bots[2]]), headers=live).content.decode()
    assert "<html" not in one
    assert {f'id="bot-{part}"' in one for part in ("state", "deeds", "seen", "facts")} == {True}
    assert "hx-swap-oob" not in desk.get(reverse("admin_instance", args=[bots[2]])).content.decode()


def test_a_version_is_sent_on_its_way_halted_and_says_why(desk, bots, settings):
    settings.ASTRA_ENGINES = ("local", "docker")
    begin, halt = reverse("admin_begin_rollout"), reverse("admin_halt_rollout")
    desk.post(begin, {"release": "astra-bot:latest", "reason": "nova"})
    assert not Rollout.objects.exists()
    desk.post(begin, {"release": "sha256:" + "a" * 64})
    assert not Rollout.objects.exists()
    desk.post(begin, {"release": "sha256:" + "a" * 64, "reason": "corrige reconexão"})
    assert (Rollout.objects.get().begun_because, Rollout.objects.get().actor_kind) == ("corrige reconexão", "operator")
    assert "a caminho" in page_of(desk)
    desk.post(halt, {"reason": "responde devagar"})
    told = page_of(desk)
    assert "responde devagar" in told
    assert "parada e desfeita" in told
    Rollout.objects.update(reason="oom")
    assert "mais memória do que pode" in page_of(desk)


def test_the_channel_goes_to_and_fro(desk, bots):
    where = reverse("admin_choose_channel", args=[bots[0]])
    for words in ("entre os primeiros", "com todos os outros"):
        desk.post(where, {"reason": "loja de teste"})
        assert words in desk.get(reverse("admin_instance", args=[bots[0]])).content.decode()


def test_a_dead_token_asks_nothing_of_the_operator_that_only_the_seller_can_do(desk, bots):
    _well, dead, _caught = bots
    page = desk.get(reverse("admin_instance", args=[dead])).content.decode()
    assert "Espera o vendedor" in page
    assert "cole aqui" not in page
