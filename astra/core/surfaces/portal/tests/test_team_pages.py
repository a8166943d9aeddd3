"""The team's pages: inviting, coming in, a role that holds from the next click on, and shops side by side."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.invite_member import invite_member
from astra.core.journey.accounts.actions.remove_member import remove_member
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.permissions import FINANCE, MANAGER, OWNER, READ_ONLY, STOCK, SUPPORT
from astra.core.journey.accounts.team import members, place_of, places_of
from astra.core.journey.catalog.queries import products
from tests.support.cast import PASSWORD
from tests.support.post import arrived
from tests.support.team import add_member, make_person

NOVA = "nova@equipe.example"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def come_in(email: str) -> Client:
    """A browser in which somebody just signed in."""
    client = Client()
    assert client.post(reverse("account_login"), {"login": email, "password": PASSWORD}).status_code == 302
    return client


def come_in_as(person_id) -> Client:
    return come_in(User.objects.get(id=person_id).email)


def link_in(address: str) -> str:
    found = re.search(r"/convite/[\w-]+/", str(arrived(address)[-1].body))
    assert found
    return found.group(0)


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_invited_accepted_limited_and_removed(seller):
    lara = come_in(seller.email)
    answer = lara.post(reverse("invite_member"), {"kind": "email", "address": NOVA, "role": STOCK}, follow=True)
    assert "Convite enviado." in words_of(answer)
    assert NOVA in words_of(answer)
    where = link_in(NOVA)
    stranger = Client()
    assert "Loja da Lara" in words_of(stranger.get(where))
    assert NOVA not in words_of(stranger.get(where)), "the link does not tell whose it is"
    assert reverse("account_login") in stranger.post(where)["Location"]

    make_person(NOVA, "Nova")
    nova = come_in(NOVA)
    assert nova.get("/")["Location"] == reverse("shops"), "who is invited is not asked to open a shop"
    answer = nova.post(where, follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert nova.get(reverse("products")).status_code == 200
    refused = nova.get(reverse("wallet"))
    assert refused.status_code == 403
    assert "ver o que foi vendido, a carteira e o extrato" in words_of(refused)
    assert stranger.get(where).status_code == 404, "an invitation opens once"

    person = User.objects.get(email=NOVA)
    answer = lara.post(reverse("remove_member", args=[person.id]), follow=True)
    assert "Nova saiu da equipe." in words_of(answer)
    assert nova.get(reverse("products"))["Location"] == reverse("open_shop")
    part = nova.get(reverse("home_live"), headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, reverse("open_shop"))
    assert "Não está mais na equipe" in words_of(lara.get(reverse("member", args=[person.id])))


def test_a_link_in_the_wrong_hands_opens_nothing(seller):
    invite_member(seller_id=seller.id, kind="email", address=NOVA, role=MANAGER, actor=Actor("member", str(seller.user_id)))
    thief_id = make_person("ladra@outra.example", "Ladra")
    thief, where = come_in("ladra@outra.example"), link_in(NOVA)
    page = words_of(thief.get(where))
    assert "ladra@outra.example" in page
    assert NOVA not in page
    answer = thief.post(where, follow=True)
    assert "Este convite é para outra pessoa" in words_of(answer)
    assert place_of(thief_id) is None


def test_the_form_says_what_is_wrong_and_loses_nothing(seller):
    lara = come_in(seller.email)
    add_member(seller, SUPPORT, "sofia@equipe.example")
    for typed, said in (
        ({"kind": "email", "address": "nova", "role": STOCK}, "e-mail"),
        ({"kind": "discord", "address": "nova#1234", "role": STOCK}, "17 a 20 dígitos"),
        ({"kind": "email", "address": "sofia@equipe.example", "role": STOCK}, "já está na equipe"),
        ({"kind": "email", "address": NOVA, "role": OWNER}, "owner"),
    ):
        answer = lara.post(reverse("invite_member"), typed)
        assert answer.status_code == 200
        assert said in words_of(answer), typed
        assert typed["address"] in answer.content.decode()
    assert not arrived(NOVA)


def test_a_full_team_names_the_plan_that_has_room(seller):
    set_allowance(
        seller_id=seller.id, plan_name="T", sells_until=None, max_instances=1, max_products=1, max_members=2, fee_basis_points=0, engines=[]
    )
    add_member(seller, STOCK)
    lara = come_in(seller.email)
    answer = lara.post(reverse("invite_member"), {"kind": "email", "address": NOVA, "role": STOCK})
    assert "comporta 2 pessoas" in words_of(answer)
    assert "O plano Loja permite até 10" in words_of(answer)
    assert not arrived(NOVA)


def test_another_role_holds_from_the_next_click_on(seller):
    person = add_member(seller, SUPPORT)
    lara, theirs = come_in(seller.email), come_in_as(person)
    assert theirs.get(reverse("orders")).status_code == 200
    lara.post(reverse("change_role", args=[person]), {"role": STOCK})
    assert theirs.get(reverse("orders")).status_code == 403
    lara.post(reverse("change_role", args=[person]), {"role": "nonsense"})
    assert {one.person_id: one.role for one in members(seller.id)}[person] == STOCK


def test_the_last_owner_is_told_why_he_stays(seller):
    add_member(seller, MANAGER)
    lara = come_in(seller.email)
    assert reverse("leave_team") not in lara.get(reverse("team")).content.decode()
    assert "único dono" in words_of(lara.post(reverse("leave_team"), follow=True))
    answer = lara.post(reverse("change_role", args=[seller.user_id]), {"role": STOCK})
    assert "Uma loja precisa de um dono" in words_of(answer)
    assert members(seller.id)[0].role == OWNER


def test_a_member_leaves(seller):
    sofia = come_in_as(add_member(seller, SUPPORT))
    answer = sofia.post(reverse("leave_team"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("shops")
    assert "Você saiu da equipe" in words_of(answer)
    assert len(members(seller.id)) == 1


def test_the_shop_is_handed_over(seller):
    heir = add_member(seller, MANAGER)
    lara = come_in(seller.email)
    answer = lara.post(reverse("hand_over_shop", args=[heir]), follow=True)
    assert "A loja agora é de" in words_of(answer)
    assert place_of(heir).role == OWNER
    assert lara.get(reverse("payout_key")).status_code == 403


def test_activity_is_each_members_own(seller):
    from astra.core.journey.catalog.actions.create_product import NewVariation, create_product

    person = add_member(seller, MANAGER)
    news = [NewVariation(name="Padrão", price_minor=990)]
    product = create_product(
        seller_id=seller.id, name="Sertão", description="", no_stock="refuse", variations=news, actor=Actor("member", str(person))
    )
    page = come_in(seller.email).get(reverse("member", args=[person])).content.decode()
    assert "criou um produto" in page
    assert reverse("product", args=[product]) in page
    assert "criou um produto" not in come_in(seller.email).get(reverse("member", args=[seller.user_id])).content.decode()
    assert come_in_as(add_member(seller, STOCK)).get(reverse("member", args=[person])).status_code == 403


def test_deeds_of_a_member_carry_his_name(seller):
    person = add_member(seller, MANAGER)
    theirs = come_in_as(person)
    theirs.post(reverse("coupons"), {"code": "OITO", "kind": "percent", "value": "8"})
    with acting_for(seller.id):
        row = AuditRow.objects.get(verb="create_coupon")
    assert (row.actor_kind, row.actor_id) == ("member", str(person))


def test_read_only_changes_nothing_not_even_the_shops_name(seller):
    person = add_member(seller, READ_ONLY)
    theirs = come_in_as(person)
    theirs.post(reverse("account"), {"name": "Roubada", "person_name": "Rita"})
    assert place_of(person).seller.name == "Loja da Lara"
    assert User.objects.get(id=person).name == "Rita"


def test_two_shops_side_by_side(seller, other_seller):
    otto = Actor("member", str(other_seller.user_id))
    invitation_id = invite_member(seller_id=other_seller.id, kind="email", address=seller.email, role=FINANCE, actor=otto)
    lara = come_in(seller.email)
    assert "Outra Loja" in words_of(lara.get(reverse("shops")))
    lara.post(reverse("accept_invitation", args=[invitation_id]))
    assert "Outra Loja" in words_of(lara.get("/"))
    assert lara.get(reverse("new_product")).status_code == 403
    # A form that was opened in the first shop, sent after the second one was chosen in another tab.
    typed = {"name": "Perdido", "no_stock": "refuse", "variation_name_1": "A", "variation_price_1": "9,90", "deed": "save"}
    answer = lara.post(reverse("new_product"), {**typed, "of_shop": str(seller.id)}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("shops")
    assert "Aquele formulário era de outra loja" in words_of(answer)
    part = lara.get(reverse("home_live"), headers={"HX-Request": "true", "X-Shop": str(seller.id)})
    assert (part.status_code, part["HX-Refresh"]) == (204, "true")
    lara.post(reverse("choose_shop", args=[seller.id]))
    page = lara.get(reverse("new_product")).content.decode()
    assert f'name="of_shop" value="{seller.id}"' in page
    assert f'{{"X-Shop": "{seller.id}"}}' in page
    lara.post(reverse("new_product"), {**typed, "of_shop": str(seller.id)})
    assert [one.name for one in products(seller.id)] == ["Perdido"]
    assert products(other_seller.id) == []


def test_nobody_chooses_a_shop_that_is_not_his(seller, other_seller):
    lara = come_in(seller.email)
    assert lara.post(reverse("choose_shop", args=[other_seller.id])).status_code == 404
    session = lara.session
    session["seller_id"] = str(other_seller.id)
    session.save()
    assert "Loja da Lara" in words_of(lara.get("/"))


def test_who_works_for_others_may_open_a_shop_of_his_own(seller):
    person = add_member(seller, SUPPORT)
    theirs = come_in_as(person)
    theirs.post(reverse("open_shop"), {"name": "Loja da Sofia"})
    assert [one.role for one in places_of(person)] == [SUPPORT, OWNER]
    assert "Loja da Sofia" in words_of(theirs.get("/"))
    assert theirs.get(reverse("open_shop"))["Location"] == "/"


def test_a_removed_member_of_two_teams_falls_back_to_the_other(seller, other_seller):
    invitation_id = invite_member(
        seller_id=other_seller.id, kind="email", address=seller.email, role=STOCK, actor=Actor("member", str(other_seller.user_id))
    )
    lara = come_in(seller.email)
    lara.post(reverse("accept_invitation", args=[invitation_id]))
    remove_member(seller_id=other_seller.id, person_id=seller.user_id, actor=Actor("member", str(other_seller.user_id)))
    assert "Loja da Lara" in words_of(lara.get("/"))
    assert lara.get(reverse("wallet")).status_code == 200


def test_words_for_a_link_that_means_nothing(client, db):
    answer = client.get(reverse("invitation", args=["x" * 43]))
    assert answer.status_code == 404
    assert "Este convite não abre mais nada" in words_of(answer)
