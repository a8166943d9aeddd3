"""What the database refuses, tried as the product's own role with plain SQL (and once as the owner)."""

import uuid

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, Error

from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.models import Account, Transfer
from astra.core.ledger.queries import balances


@pytest.fixture
def sale(seller, books):
    with acting_for(seller.id):
        return post(
            seller_id=seller.id,
            kind="sale",
            key="p1",
            currency="BRL",
            entries=[Entry("provider_cash", 1000), Entry("platform_fee", -50), Entry("wallet_pending", -950)],
        )


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def account(seller_id, kind):
    return Account.objects.get(seller_id=seller_id, kind=kind).id


def add_transfer(seller_id, key="forged", kind="sale", currency="BRL"):
    transfer_id = new_id()
    execute(
        "INSERT INTO ledger_transfer (id, seller_id, kind, key, currency, object_kind, object_id, facts)"
        " VALUES (%s, %s, %s, %s, %s, '', '', '{}')",
        transfer_id,
        seller_id,
        kind,
        key,
        currency,
    )
    return transfer_id


def add_entry(seller_id, transfer_id, account_id, amount):
    execute(
        "INSERT INTO ledger_entry (id, seller_id, transfer_id, account_id, amount_minor) VALUES (%s, %s, %s, %s, %s)",
        new_id(),
        seller_id,
        transfer_id,
        account_id,
        amount,
    )


def commit():
    """What a commit checks, without one."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")


def unbalanced(seller, sale):
    transfer_id = add_transfer(seller.id)
    add_entry(seller.id, transfer_id, account(seller.id, "provider_cash"), 10)
    add_entry(seller.id, transfer_id, account(seller.id, "platform_fee"), -9)
    commit()


def one_sided(seller, sale):
    add_entry(seller.id, add_transfer(seller.id), account(seller.id, "provider_cash"), 10)
    commit()


def empty(seller, sale):
    add_transfer(seller.id)
    commit()


def unbalanced_after_the_check(seller, sale):
    transfer_id = add_transfer(seller.id)
    add_entry(seller.id, transfer_id, account(seller.id, "provider_cash"), 10)
    add_entry(seller.id, transfer_id, account(seller.id, "platform_fee"), -10)
    commit()
    execute("SET CONSTRAINTS ALL DEFERRED")
    add_entry(seller.id, transfer_id, account(seller.id, "wallet_pending"), -10)
    commit()


def twice(seller, sale):
    add_transfer(seller.id, key="p1")


def without_key(seller, sale):
    add_transfer(seller.id, key="")


def overdrawn(seller, sale):
    transfer_id = add_transfer(seller.id, kind="withdrawal")
    add_entry(seller.id, transfer_id, account(seller.id, "wallet_pending"), 951)


def overdrawn_through_a_forged_account(seller, sale):
    account_id = new_id()
    execute(
        "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side, min_balance, balance)"
        " VALUES (%s, %s, 'wallet_available', 'BRL', 'C', NULL, 5000)",
        account_id,
        seller.id,
    )
    add_entry(seller.id, add_transfer(seller.id), account_id, 1)


def in_another_currency(seller, sale):
    transfer_id = add_transfer(seller.id, currency="USD")
    add_entry(seller.id, transfer_id, account(seller.id, "provider_cash"), 10)


def of_nothing(seller, sale):
    add_entry(seller.id, add_transfer(seller.id), account(seller.id, "provider_cash"), 0)


def twice_on_one_account(seller, sale):
    transfer_id = add_transfer(seller.id)
    for _ in range(2):
        add_entry(seller.id, transfer_id, account(seller.id, "provider_cash"), 10)


def on_an_account_of_no_known_kind(seller, sale):
    execute(
        "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side) VALUES (%s, %s, 'pocket', 'BRL', 'D')", new_id(), seller.id
    )


def a_second_account_of_a_kind(seller, sale):
    execute(
        "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side) VALUES (%s, %s, 'provider_cash', 'BRL', 'D')",
        new_id(),
        seller.id,
    )


REFUSED = [
    (unbalanced, "unbalanced by 1"),
    (one_sided, "unbalanced by 10"),
    (empty, "is empty"),
    (unbalanced_after_the_check, "unbalanced by -10"),
    (twice, "ledger_transfer_once"),
    (without_key, "ledger_transfer_has_key"),
    (overdrawn, "ledger_account_not_overdrawn"),
    (overdrawn_through_a_forged_account, "ledger_account_not_overdrawn"),
    (in_another_currency, "is in USD, the account in BRL"),
    (of_nothing, "ledger_entry_moves_something"),
    (twice_on_one_account, "ledger_entry_once_per_account"),
    (on_an_account_of_no_known_kind, "no account kind pocket"),
    (a_second_account_of_a_kind, "ledger_account_one_of_a_kind"),
]


@pytest.mark.parametrize(("attempt", "answer"), REFUSED, ids=[attempt.__name__ for attempt, _ in REFUSED])
def test_a_posting_is_refused(seller, sale, attempt, answer):
    with acting_for(seller.id):
        with pytest.raises(Error, match=answer), transaction.atomic():
            attempt(seller, sale)
    execute("SET CONSTRAINTS ALL DEFERRED")
    assert balances(seller.id)["provider_cash"] == 1000


def test_another_sellers_account_or_transfer_cannot_be_used(seller, other_seller, sale):
    with acting_for(seller.id):
        cash = account(seller.id, "provider_cash")
    with acting_for(other_seller.id):
        own = add_transfer(other_seller.id)
        add_counterpart(other_seller.id, own)
        for attempt in (
            lambda: add_entry(other_seller.id, own, cash, 10),
            lambda: add_entry(other_seller.id, sale, cash, 10),
            lambda: add_entry(seller.id, sale, cash, 10),
            lambda: add_entry(seller.id, own, cash, 10),
            lambda: add_transfer(seller.id),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
    assert balances(seller.id)["provider_cash"] == 1000
    assert balances(other_seller.id)["provider_cash"] == 1


def add_counterpart(seller_id, transfer_id):
    for kind, amount in (("provider_cash", 1), ("platform_fee", -1)):
        account_id = new_id()
        execute(
            "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side) VALUES (%s, %s, %s, 'BRL', 'D')",
            account_id,
            seller_id,
            kind,
        )
        add_entry(seller_id, transfer_id, account_id, amount)


HISTORY = [
    f"{verb} {table}{rest}"
    for table in ("ledger_account", "ledger_transfer", "ledger_entry")
    for verb, rest in (("UPDATE", " SET created_at = astra_now()"), ("DELETE FROM", ""), ("TRUNCATE", " CASCADE"))
] + ["UPDATE ledger_account SET balance = balance + 1", "UPDATE ledger_entry SET amount_minor = amount_minor * 2"]


@pytest.mark.parametrize("statement", HISTORY)
def test_history_is_refused_to_the_product(seller, sale, statement):
    with acting_for(seller.id):
        with pytest.raises(DatabaseError, match=r"permission denied|is forbidden"), transaction.atomic():
            execute(statement)
    assert balances(seller.id)["wallet_pending"] == 950


@pytest.mark.commits
def test_history_is_refused_even_to_the_owner(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    with acting_for(seller.id):
        post(seller_id=seller.id, kind="parked", key="x", currency="BRL", entries=[Entry("provider_cash", 5), Entry("parked", -5)])
    owner = connections["owner"]
    for statement in HISTORY:
        with pytest.raises(Error, match="is forbidden"), transaction.atomic(using="owner"), owner.cursor() as cursor:
            cursor.execute("SELECT set_config('app.seller', %s, true)", [str(seller.id)])
            cursor.execute(statement)


@pytest.mark.commits
def test_an_old_transfer_is_sealed_and_an_unbalanced_one_does_not_commit(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    with acting_for(seller.id):
        old = post(seller_id=seller.id, kind="parked", key="x", currency="BRL", entries=[Entry("provider_cash", 5), Entry("parked", -5)])
    with pytest.raises(Error, match="is sealed"), acting_for(seller.id):
        add_entry(seller.id, old, add_account(seller.id, "platform_fee"), 1)
    with pytest.raises(Error, match="unbalanced"), acting_for(seller.id):
        fresh = add_transfer(seller.id)
        add_entry(seller.id, fresh, account(seller.id, "provider_cash"), 1)
    with pytest.raises(Error, match="is empty"), acting_for(seller.id):
        add_transfer(seller.id)
    with acting_for(seller.id):
        assert list(Transfer.objects.values_list("id", flat=True)) == [old]
    assert balances(seller.id)["provider_cash"] == 5


def add_account(seller_id, kind):
    account_id = uuid.uuid4()
    execute(
        "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side) VALUES (%s, %s, %s, 'BRL', 'D')",
        account_id,
        seller_id,
        kind,
    )
    return account_id
