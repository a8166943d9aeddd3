"""Leaving: what is in the way, a week to think, then nothing personal is left and the books still add up."""

import json
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.invariants import load_invariants, violations
from astra.core.foundation.sealing.data_key import DataKey, UnknownKey
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.models import TenantModel
from astra.core.foundation.tenancy.route import Route, find_routes
from astra.core.journey.accounts.actions.ask_closing import NotLeaving, SomethingInTheWay, ask_closing, undo_closing
from astra.core.journey.accounts.actions.close_seller import close_seller
from astra.core.journey.accounts.actions.open_seller import open_seller
from astra.core.journey.accounts.actions.request_export import request_export
from astra.core.journey.accounts.closings import closing_of, hindrances
from astra.core.journey.accounts.models import Closing, Member, User
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.accounts.sweeps import sweep_closings
from astra.core.journey.billing.actions.start_trial import PAYER, TrialUsed, start_trial
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.catalog.queries import products
from astra.core.journey.instances.models import Instance
from astra.core.journey.publication.models import Publication
from astra.core.journey.sales.models import Order
from astra.core.journey.wallet.actions.cancel_withdrawal import cancel_withdrawal
from astra.core.journey.wallet.queries import withdrawals
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from tests.support.cast import PASSWORD
from tests.support.post import arrived
from tests.support.things import CPF, make_things

TRIAL = "trial"
WEEK = {"days": 7, "minutes": 1}
# The withdrawal of make_things came from nowhere, and its cancelling is no reversal of a real one (M07); all others are asked below.
pytestmark = pytest.mark.breaks_books


def actor_of(seller) -> Actor:
    return Actor("member", str(seller.user_id))


@pytest.fixture
def shop(seller):
    """A shop with one of each thing, of which nothing is in the way any more."""
    things = make_things(seller)
    finish(seller.id)
    return things


def finish(seller_id: uuid.UUID) -> None:
    for withdrawal_id in [one.id for one in withdrawals(seller_id) if one.is_open]:
        cancel_withdrawal(seller_id=seller_id, withdrawal_id=withdrawal_id, actor=Actor.system("test"))
    put_into_the_wallet(seller_id, -1000)
    variation = products(seller_id)[0].variations[0]
    import_stock(seller_id=seller_id, variation_id=variation.id, text="SEGREDO-DO-ESTOQUE", actor=Actor.system("test"))


def put_into_the_wallet(seller_id: uuid.UUID, amount_minor: int) -> None:
    """Money from nowhere, or back to there."""
    with acting_for(seller_id):
        post(
            seller_id=seller_id,
            kind=TransferKind.WITHDRAWAL,
            key=uuid.uuid4().hex,
            entries=[Entry(AccountKind.PROVIDER_CASH, amount_minor), Entry(AccountKind.WALLET_AVAILABLE, -amount_minor)],
            currency="BRL",
            object_kind="test",
            object_id=uuid.uuid4(),
        )


def gone_from_discord(seller_id: uuid.UUID) -> None:
    """What Discord and the supervisor answer: cards are deleted, bots have stopped."""
    with acting_for(seller_id):
        Publication.objects.update(message_id="")
        Instance.objects.update(seen_state="stopped")


def leave(seller, clock) -> None:
    ask_closing(seller_id=seller.id, actor=actor_of(seller))
    clock.move(**WEEK)
    assert close_seller(seller_id=seller.id) == Closing.ERASED


def everything_of(seller_id: uuid.UUID) -> str:
    """Every row of every tenant table of a seller, as text."""
    from django.apps import apps

    texts = []
    with acting_for(seller_id), connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM {model._meta.db_table} t")
                texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def test_what_is_in_the_way_is_said_and_nothing_changes(seller, other_seller):
    make_things(seller)
    with acting_for(seller.id):
        Member.objects.create(seller_id=seller.id, user_id=other_seller.user_id, role="stock")
    labels = [one.label for one in hindrances(seller.id)]
    assert labels == ["withdrawal_open", "team"]
    assert all(one.text for one in hindrances(seller.id))
    with pytest.raises(SomethingInTheWay):
        ask_closing(seller_id=seller.id, actor=actor_of(seller))
    assert closing_of(seller.id) is None
    assert allowance(seller.id).may_sell


def test_for_a_week_nothing_is_sold_and_all_can_be_undone(seller, shop, clock):
    due_at = ask_closing(seller_id=seller.id, actor=actor_of(seller))
    assert ask_closing(seller_id=seller.id, actor=actor_of(seller)) == due_at
    assert not allowance(seller.id).may_sell
    clock.move(days=6)
    assert sweep_closings() == 0
    undo_closing(seller_id=seller.id, actor=actor_of(seller))
    assert allowance(seller.id).may_sell
    with pytest.raises(NotLeaving):
        undo_closing(seller_id=seller.id, actor=actor_of(seller))
    clock.move(days=3)
    assert close_seller(seller_id=seller.id) == ""
    subjects = [letter.subject for letter in arrived(seller.email)]
    assert len([one for one in subjects if one.startswith("Sua conta será apagada em")]) == 1
    assert subjects[-1] == "Sua conta fica"


def test_bots_and_cards_end_first_and_then_nothing_personal_is_left(seller, other_seller, shop, clock, queue):
    request_export(seller_id=seller.id, actor=actor_of(seller), with_secrets=True)
    queue.run("accounts.make_export")
    start_trial(seller_id=seller.id, actor=actor_of(seller))
    untouched = everything_of(other_seller.id)
    ask_closing(seller_id=seller.id, actor=actor_of(seller))
    clock.move(**WEEK)
    with acting_for(seller.id):
        Publication.objects.update(message_id="900")
        Instance.objects.update(seen_state="online")
    assert sweep_closings() == 1
    assert close_seller(seller_id=seller.id) == Closing.WINDING_DOWN
    with acting_for(seller.id):
        assert set(Publication.objects.values_list("state", flat=True)) == {"withdrawn"}
        assert not Instance.objects.filter(archived_at=None).exists() or Publication.objects.exclude(message_id="").exists()
        assert DataKey.objects.exists()
    with pytest.raises(NotLeaving):
        undo_closing(seller_id=seller.id, actor=actor_of(seller))
    gone_from_discord(seller.id)
    clock.move(minutes=2)
    assert close_seller(seller_id=seller.id) == Closing.ERASED

    left = everything_of(seller.id)
    for personal in ("Lara Martins", CPF, "Loja da Lara", seller.email, "bento"):
        assert personal not in left, personal
    with acting_for(seller.id):
        item = StockItem.objects.get()
        with pytest.raises(UnknownKey):
            unseal(bytes(item.sealed), seller_id=seller.id, table="catalog_stock_item", row_id=item.id, column="sealed")
        assert not Member.objects.exists()
        assert not Instance.objects.filter(archived_at=None).exists()
        verbs = set(AuditRow.objects.values_list("verb", flat=True))
        assert Order.objects.exists()
    assert {"open_seller", "ask_closing", "wind_down_seller", "erase_seller"} <= verbs
    assert find_routes("member", str(seller.user_id)) == []
    left_over = set(Route.objects.filter(seller_id=seller.id).values_list("kind", flat=True))
    assert left_over <= {"charge", "refund", "payout", TRIAL, "trial_address", PAYER}
    assert TRIAL in left_over, "who leaves does not get another trial"
    person = User.objects.get(id=seller.user_id)
    assert not person.is_active
    assert seller.email not in json.dumps([person.email, person.name])
    assert everything_of(other_seller.id) == untouched
    broken = violations([one.name for one in load_invariants() if one.name != "M07" and not one.name.startswith("L")])
    assert not broken
    letter = arrived()[-1]
    assert (letter.subject, letter.to) == ("Sua conta foi apagada", [seller.email])


def test_the_person_is_signed_out_and_can_sign_up_again(seller, shop, clock, client):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 200
    start_trial(seller_id=seller.id, actor=actor_of(seller))
    leave(seller, clock)
    assert client.get(reverse("home")).status_code == 302
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 302
    client.post(reverse("account_signup"), {"email": seller.email, "password1": "outra senha bem longa"})
    again = User.objects.get(email=seller.email)
    assert again.id != seller.user_id
    second = open_seller(user_id=again.id, name="Loja nova")
    assert second != seller.id
    EmailAddress.objects.filter(user=again).update(verified=True)
    with pytest.raises(TrialUsed):
        start_trial(seller_id=second, actor=Actor("member", str(again.id)))
    assert not Route.objects.filter(key__contains="lara").exists(), "the mark is readable by nobody"


def test_what_came_in_the_way_meanwhile_is_told_once_and_waited_for(seller, shop, clock):
    ask_closing(seller_id=seller.id, actor=actor_of(seller))
    put_into_the_wallet(seller.id, 1000)
    clock.move(**WEEK)
    for _hour in range(3):
        assert close_seller(seller_id=seller.id) == Closing.ASKED
        clock.move(hours=1, minutes=1)
    told = [letter for letter in arrived(seller.email) if letter.subject == "Sua conta ainda não pôde ser apagada"]
    assert len(told) == 1
    assert "10,00" in told[0].body
    put_into_the_wallet(seller.id, -1000)
    assert close_seller(seller_id=seller.id) in (Closing.WINDING_DOWN, Closing.ERASED)


def test_a_bot_that_does_not_stop_keeps_nobody_for_ever(seller, shop, clock):
    ask_closing(seller_id=seller.id, actor=actor_of(seller))
    clock.move(**WEEK)
    with acting_for(seller.id):
        Publication.objects.update(message_id="900")
    assert close_seller(seller_id=seller.id) == Closing.WINDING_DOWN
    clock.move(hours=1, minutes=1)
    assert close_seller(seller_id=seller.id) == Closing.ERASED


def test_an_operator_who_had_a_shop_keeps_the_account(seller, shop, clock):
    User.objects.filter(id=seller.user_id).update(is_operator=True)
    leave(seller, clock)
    assert User.objects.get(id=seller.user_id).email == seller.email


def test_the_page_asks_for_the_shops_name(client, seller, shop):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    answer = client.post(reverse("close_account"), {"shop": "Outra"})
    assert answer.status_code == 200
    assert "Este não é o nome da loja" in answer.content.decode()
    assert closing_of(seller.id) is None
    assert client.post(reverse("close_account"), {"shop": " loja da lara "}).status_code == 302
    assert closing_of(seller.id) is not None
    assert "Manter minha conta" in client.get(reverse("leaving")).content.decode()
    client.post(reverse("keep_account"))
    assert closing_of(seller.id) is None


def test_the_file_is_downloaded_after_a_proof_and_only_then(client, seller, shop, queue):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    client.post(reverse("ask_export"), {"with_secrets": "on"})
    queue.run("accounts.make_export")
    page = client.get(reverse("leaving")).content.decode()
    assert "Pronta" in page
    where = reverse("download_export", args=[shop["export_id"]])
    answer = client.post(where)
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content)[:2] == b"PK"
