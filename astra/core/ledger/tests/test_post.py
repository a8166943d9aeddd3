"""Posting: once, balanced, never below a minimum, only for the seller of the block."""

import datetime
import threading
import uuid

import pytest
from django.db import connection, connections, transaction

from astra.core.foundation.tenancy.acting import NoSeller, acting_for
from astra.core.ledger.actions.post import Entry, KeyReused, Overdrawn, Unbalanced, post
from astra.core.ledger.kinds import RULES, AccountKind, TransferKind
from astra.core.ledger.queries import balances, transfer_lines_of, transfers
from astra.core.ledger.tests.conftest import OWN

SALE = [Entry("provider_cash", 1000), Entry("platform_fee", -50), Entry("wallet_pending", -950)]


def sell(seller_id, key="p1", entries=SALE, **more):
    with acting_for(seller_id):
        return post(seller_id=seller_id, kind=TransferKind.SALE, key=key, entries=entries, currency="BRL", **more)


def move(seller_id, key, source, target, amount):
    with acting_for(seller_id):
        return post(
            seller_id=seller_id,
            kind="withdrawal",
            key=key,
            entries=[Entry(source, amount), Entry(target, -amount)],
            currency="BRL",
        )


def test_a_sale_fills_the_wallet_the_fee_and_the_cash(seller, books):
    sell(seller.id)
    found = balances(seller.id)
    assert (found["provider_cash"], found["platform_fee"], found["wallet_pending"], found["parked"]) == (1000, 50, 950, 0)


def test_the_same_key_again_moves_nothing(seller, books):
    first = sell(seller.id)
    assert sell(seller.id) == first
    assert balances(seller.id)["wallet_pending"] == 950
    assert len(transfers(seller.id, 10)) == 1


def test_the_same_key_of_another_kind_or_seller_is_another_event(seller, other_seller, books):
    sell(seller.id)
    sell(other_seller.id)
    with acting_for(seller.id):
        post(
            seller_id=seller.id,
            kind="clearing",
            key="p1",
            currency="BRL",
            entries=[Entry("wallet_pending", 950), Entry("wallet_available", -950)],
        )
    assert balances(seller.id)["wallet_available"] == 950
    assert balances(other_seller.id)["wallet_pending"] == 950


def test_a_key_with_other_amounts_is_refused(seller, books):
    sell(seller.id)
    with pytest.raises(KeyReused):
        sell(seller.id, entries=[Entry("provider_cash", 999), Entry("wallet_pending", -999)])
    assert balances(seller.id)["wallet_pending"] == 950


def test_more_than_there_is_is_refused_and_the_transaction_goes_on(seller, books):
    with acting_for(seller.id):
        sell(seller.id)
        with pytest.raises(Overdrawn) as refusal:
            move(seller.id, "w1", "wallet_pending", "wallet_reserved", 951)
        assert "R$" not in str(refusal.value)
        move(seller.id, "w2", "wallet_pending", "wallet_reserved", 950)
    assert balances(seller.id)["wallet_reserved"] == 950


def test_what_does_not_balance_never_reaches_the_database(seller, books):
    for entries in ([], [Entry("parked", -1)], [Entry("provider_cash", 2), Entry("parked", -1)], [Entry("parked", 0), Entry("parked", 0)]):
        with pytest.raises(Unbalanced):
            sell(seller.id, entries=entries)
    with pytest.raises(TypeError):
        sell(seller.id, entries=[Entry("provider_cash", 1.5), Entry("parked", -1.5)])  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        sell(seller.id, entries=[Entry("my_pocket", 1), Entry("parked", -1)])


def test_entries_on_one_account_are_added_up(seller, books):
    sell(seller.id, entries=[*SALE, Entry("provider_cash", 10), Entry("wallet_pending", -10), Entry("parked", 0)])
    assert balances(seller.id)["wallet_pending"] == 960


def test_outside_a_block_nothing_is_posted(seller):
    with pytest.raises(NoSeller):
        post(seller_id=seller.id, kind="sale", key="p1", entries=SALE, currency="BRL")


def test_another_seller_sees_nothing(seller, other_seller, books):
    sell(seller.id, object_kind="order", object_id="o1")
    assert set(balances(other_seller.id).values()) == {0}
    assert transfers(other_seller.id, 10) == []
    assert transfer_lines_of(other_seller.id, "order", "o1") == []


def test_lines_carry_what_they_were_for(seller, books):
    order_id = uuid.uuid4()
    sell(seller.id, key="p1", object_kind="order", object_id=order_id, facts={"fee_basis_points": 500})
    sell(seller.id, key="p2")
    (line,) = transfer_lines_of(seller.id, "order", order_id)
    assert line.entries == {"provider_cash": 1000, "platform_fee": -50, "wallet_pending": -950}
    assert line.change(AccountKind.WALLET_PENDING) == 950
    assert (line.kind, line.key, line.facts) == ("sale", "p1", {"fee_basis_points": 500})
    newest, oldest = transfers(seller.id, 10)
    assert (newest.key, oldest.key) == ("p2", "p1")
    assert [row.key for row in transfers(seller.id, 10, before=newest.place)] == ["p1"]
    assert transfers(seller.id, 10, touching=[AccountKind.PARKED]) == []


def test_the_time_is_the_products(seller, clock, books):
    clock.move(days=8)
    sell(seller.id)
    assert abs(transfers(seller.id, 1)[0].at - clock.now()) < datetime.timedelta(seconds=5)


def test_the_database_and_the_code_have_one_list_of_accounts(db):
    with connection.cursor() as cursor:
        for kind, rule in RULES.items():
            cursor.execute("SELECT * FROM ledger_rule_of(%s)", [kind.value])
            assert cursor.fetchone() == (rule.normal_side, rule.min_balance)
    assert set(RULES) == set(AccountKind)


@pytest.mark.commits
def test_of_many_at_once_only_what_there_is_leaves(own_database):
    from astra.core.foundation.invariants import violations
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    sell(seller.id)
    together = threading.Barrier(6)
    outcomes: list[str] = []

    def withdraw(number: int) -> None:
        try:
            together.wait()
            move(seller.id, f"w{number}", "wallet_pending", "wallet_reserved", 300)
            outcomes.append("moved")
        except Overdrawn:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=withdraw, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved"] * 3 + ["refused"] * 3
    assert balances(seller.id)["wallet_reserved"] == 900
    assert violations(OWN) == {}


@pytest.mark.commits
def test_one_event_taken_twice_at_once_is_posted_once(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    together = threading.Barrier(4)
    ids: list[uuid.UUID] = []

    def take() -> None:
        together.wait()
        ids.append(sell(seller.id, key="same payment"))
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1
    assert balances(seller.id)["wallet_pending"] == 950


def test_a_callers_rollback_takes_the_posting_with_it(seller, books):
    with pytest.raises(RuntimeError), acting_for(seller.id):
        sell(seller.id)
        raise RuntimeError
    assert balances(seller.id)["wallet_pending"] == 0
    with acting_for(seller.id), transaction.atomic():
        sell(seller.id)
    assert balances(seller.id)["wallet_pending"] == 950
