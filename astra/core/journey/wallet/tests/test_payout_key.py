"""The PIX key: of its kind, of its holder, sealed, and usable only after a while."""

import datetime

import pytest
from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_holder import BadHolder, HolderFixed, free_holder, set_holder
from astra.core.journey.accounts.holder import holder_of
from astra.core.journey.wallet.actions.register_payout_key import BadPayoutKey, NotTheHolders, OtherHolder, register_payout_key
from astra.core.journey.wallet.actions.request_withdrawal import KeyOfAnotherHolder
from astra.core.journey.wallet.models import PayoutKey
from astra.core.journey.wallet.queries import wallet
from astra.core.journey.wallet.tests.conftest import LARA_CPF, OPERATOR, OWNER, register_key, set_rules

GOOD = [
    ("cpf", "529.982.247-25", LARA_CPF, "•••.982.247-••"),
    ("cnpj", "11.222.333/0001-81", "11222333000181", "••.222.333/0001-••"),
    ("email", "Lara@Loja.example", LARA_CPF, "l•••@loja.example"),
    ("phone", "(11) 98765-4321", LARA_CPF, "+55 11 •••••-4321"),
    ("phone", "+55 11 98765-4321", LARA_CPF, "+55 11 •••••-4321"),
    ("random", "123E4567-E89B-12D3-A456-426614174000", LARA_CPF, "123e••••-••••4000"),
]
BAD = [
    ("cpf", "529.982.247-26"),
    ("cpf", "11222333000181"),
    ("cnpj", "11.222.333/0001-80"),
    ("email", "lara"),
    ("email", "l" * 80 + "@loja.example"),
    ("phone", "12345"),
    ("phone", "+1 415 555 2671"),
    ("random", "not-a-key"),
    ("iban", "DE00"),
]


@pytest.mark.parametrize(("kind", "key", "document", "masked"), GOOD)
def test_a_key_is_kept_sealed_and_shown_masked(seller, kind, key, document, masked):
    set_rules(key_cooldown_hours=24)
    register_key(seller.id, kind=kind, key=key, document=document)
    shown = wallet(seller.id).payout_key
    assert (shown.kind, shown.masked, str(shown.kind_word) != "") == (kind, masked, True)
    assert abs(shown.usable_at - shown.registered_at - datetime.timedelta(hours=24)) < datetime.timedelta(seconds=5)
    with acting_for(seller.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(k)::text, (SELECT string_agg(row_to_json(a)::text, '') FROM foundation_audit_row a) FROM wallet_payout_key k"
        )
        everything = "".join(cursor.fetchone())
    for secret in (document, "Lara Martins", "98765"):
        assert secret not in everything


@pytest.mark.parametrize(("kind", "key"), BAD)
def test_what_is_no_key_is_refused(seller, kind, key):
    with pytest.raises(BadPayoutKey):
        register_key(seller.id, kind=kind, key=key)
    assert wallet(seller.id).payout_key is None


def test_a_key_of_somebody_else_is_refused(seller):
    with pytest.raises(NotTheHolders):
        register_key(seller.id, key="11144477735")
    with pytest.raises(NotTheHolders):
        register_key(seller.id, kind="cnpj", key="11222333000181")


@pytest.mark.parametrize(
    ("name", "document"), [("", LARA_CPF), ("  x ", LARA_CPF), ("Lara Martins", "123"), ("Lara Martins", "52998224726")]
)
def test_a_holder_has_a_name_and_a_document(seller, name, document):
    with pytest.raises(BadHolder):
        register_payout_key(seller_id=seller.id, kind="email", key="a@b.example", holder_name=name, holder_document=document, actor=OWNER)


def test_the_same_key_again_starts_no_new_cool_down_and_another_replaces_it(seller, clock):
    set_rules(key_cooldown_hours=24)
    first = register_key(seller.id)
    clock.move(hours=30)
    assert register_key(seller.id, key="529.982.247-25") == first
    second = register_key(seller.id, kind="phone", key="11987654321")
    assert second != first
    assert wallet(seller.id).payout_key.usable_at > clock.now()
    with acting_for(seller.id):
        assert PayoutKey.objects.count() == 2
        assert PayoutKey.objects.get(replaced_at=None).id == second


def test_the_first_key_says_who_the_holder_is_and_later_ones_must_be_of_the_same(seller):
    register_key(seller.id)
    assert (holder_of(seller.id).name, holder_of(seller.id).masked) == ("Lara Martins", "•••.982.247-••")
    with pytest.raises(OtherHolder):
        register_key(seller.id, kind="email", key="a@b.example", document="11144477735")
    register_payout_key(seller_id=seller.id, kind="email", key="a@b.example", actor=OWNER)
    assert wallet(seller.id).payout_key.kind == "email"


def test_a_key_of_the_holder_before_is_not_paid_to(purse):
    purse.earn()
    register_key(purse.seller_id)
    set_holder(seller_id=purse.seller_id, name="Ana Souza", document="111.444.777-35", actor=OWNER)
    with pytest.raises(KeyOfAnotherHolder):
        purse.ask(500)
    register_payout_key(seller_id=purse.seller_id, kind="cpf", key="11144477735", actor=OWNER)
    purse.ask(500)


def test_after_the_first_withdrawal_only_the_operator_lets_the_holder_change(purse):
    purse.earn()
    register_key(purse.seller_id)
    purse.ask(500)
    another = {"seller_id": purse.seller_id, "name": "Ana Souza", "document": "11144477735", "actor": OWNER}
    with pytest.raises(HolderFixed):
        set_holder(**another)
    assert set_holder(seller_id=purse.seller_id, name="Lara  Martins", document=LARA_CPF, actor=OWNER)
    free_holder(seller_id=purse.seller_id, reason="documents seen", actor=OPERATOR)
    set_holder(**another)
    assert holder_of(purse.seller_id).masked == "•••.444.777-••"
