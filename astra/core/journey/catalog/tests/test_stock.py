"""Stock on the real database: what is held, what waits, what comes back, and in which order."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.allocate import allocate
from astra.core.journey.catalog.actions.mark_delivered import mark_delivered
from astra.core.journey.catalog.actions.mark_invalid import mark_invalid
from astra.core.journey.catalog.actions.release import release
from astra.core.journey.catalog.actions.reserve import OutOfStock, Reserved, Wanted, reserve
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.models import Reservation, StockItem, StockMovement
from astra.core.journey.catalog.models.stock_item import TRANSITIONS, StockState
from astra.core.journey.catalog.queries import allocations, open_items, product_facts, products, variation_facts, waiting_position
from astra.core.journey.catalog.tests.shop import MEMBER, add_stock, make_product, soon

CHECKED = ["S05", "S06", "C01", "C02"]


@pytest.fixture(autouse=True)
def _invariants(db):
    yield
    assert violations(CHECKED) == {}


def hold(seller_id, variation_id, quantity=1, *, may_wait=False, order_id=None):
    order_id = order_id or new_id()
    with acting_for(seller_id):
        reserve(
            seller_id=seller_id,
            order_id=order_id,
            wanted=[Wanted(new_id(), variation_id, quantity, may_wait)],
            until=soon(),
        )
    return order_id


def paid(seller_id, order_id):
    with acting_for(seller_id):
        return allocate(seller_id=seller_id, order_id=order_id)


def secrets_of(seller_id, order_id):
    return [secret.reveal() for line in allocations(seller_id, order_id) for secret in open_items(seller_id, line.item_ids)]


def test_the_oldest_items_are_held_first_and_handed_over(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "first", "second", "third")
    order_id = hold(seller.id, kind, 2)
    assert variation_facts(seller.id, kind).available == 1
    [line] = paid(seller.id, order_id)
    assert (len(line.item_ids), line.missing) == (2, 0)
    assert secrets_of(seller.id, order_id) == ["first", "second"]
    assert paid(seller.id, order_id) == [line]


def test_not_enough_is_said_before_anything_is_held(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "only")
    with pytest.raises(OutOfStock) as caught:
        hold(seller.id, kind, 2)
    assert caught.value.facts == {"held": 1, "quantity": 2}
    assert variation_facts(seller.id, kind).available == 1
    with acting_for(seller.id):
        assert not Reservation.objects.exists()


def test_all_lines_are_held_or_none(seller):
    here, gone = (variation.id for variation in make_product(seller.id, prices=(100, 200)).variations)
    add_stock(seller.id, here, "a")
    with pytest.raises(OutOfStock), acting_for(seller.id):
        wanted = [Wanted(new_id(), here, 1), Wanted(new_id(), gone, 1)]
        reserve(seller_id=seller.id, order_id=new_id(), wanted=wanted, until=soon())
    assert variation_facts(seller.id, here).available == 1


def test_a_released_item_can_be_held_again_and_releasing_twice_frees_once(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    order_id = hold(seller.id, kind)
    with acting_for(seller.id):
        assert release(seller_id=seller.id, order_id=order_id) == 1
        assert release(seller_id=seller.id, order_id=order_id) == 0
    assert paid(seller.id, hold(seller.id, kind))[0].missing == 0


def test_what_is_paid_is_not_released(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    order_id = hold(seller.id, kind)
    paid(seller.id, order_id)
    with acting_for(seller.id):
        assert release(seller_id=seller.id, order_id=order_id) == 0
    assert secrets_of(seller.id, order_id) == ["a"]


def test_who_pays_first_is_served_first_and_the_later_one_still_waits(seller, queue):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    asked_first, paid_first = hold(seller.id, kind, may_wait=True), hold(seller.id, kind, may_wait=True)
    assert paid(seller.id, paid_first)[0].missing == 1
    assert paid(seller.id, asked_first)[0].missing == 1
    assert (waiting_position(seller.id, paid_first), waiting_position(seller.id, asked_first)) == (1, 2)
    assert variation_facts(seller.id, kind).waiting == 2

    report = add_stock(seller.id, kind, "one")

    assert (report.added, report.served_waiting) == (1, 1)
    assert secrets_of(seller.id, paid_first) == ["one"]
    assert secrets_of(seller.id, asked_first) == []
    assert (waiting_position(seller.id, paid_first), waiting_position(seller.id, asked_first)) == (None, 1)
    assert variation_facts(seller.id, kind).available == 0


def test_a_restock_fills_the_queue_before_anything_goes_on_sale(seller):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    waiting = [hold(seller.id, kind, quantity, may_wait=True) for quantity in (2, 3, 1)]
    for order_id in waiting:
        paid(seller.id, order_id)
    report = add_stock(seller.id, kind, *"abcd")
    assert report.served_waiting == 2
    assert [[len(line.item_ids) for line in allocations(seller.id, order_id)] for order_id in waiting] == [[2], [2], [0]]
    assert secrets_of(seller.id, waiting[1]) == ["c", "d"]
    report = add_stock(seller.id, kind, *"efgh")
    assert report.served_waiting == 2
    assert [line.missing for order_id in waiting for line in allocations(seller.id, order_id)] == [0, 0, 0]
    assert variation_facts(seller.id, kind).available == 2


def test_who_waits_without_having_paid_is_not_served(seller):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    unpaid = hold(seller.id, kind, may_wait=True)
    assert add_stock(seller.id, kind, "a").served_waiting == 0
    assert variation_facts(seller.id, kind).available == 1
    assert allocations(seller.id, unpaid) == []
    assert paid(seller.id, unpaid)[0].missing == 0


def test_a_part_is_held_and_the_rest_waits(seller):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    add_stock(seller.id, kind, "a")
    line_id, order_id = new_id(), new_id()
    with acting_for(seller.id):
        wanted = [Wanted(line_id, kind, 3, True)]
        assert reserve(seller_id=seller.id, order_id=order_id, wanted=wanted, until=soon()) == [Reserved(line_id, 1, 2)]
    assert paid(seller.id, order_id)[0].missing == 2
    add_stock(seller.id, kind, "b", "c")
    assert secrets_of(seller.id, order_id) == ["a", "b", "c"]


def test_an_item_given_back_goes_to_who_waits_not_on_sale(seller):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    add_stock(seller.id, kind, "a")
    holder = hold(seller.id, kind)
    waiting = hold(seller.id, kind, may_wait=True)
    assert paid(seller.id, waiting)[0].missing == 1
    with acting_for(seller.id):
        release(seller_id=seller.id, order_id=holder)
    assert secrets_of(seller.id, waiting) == ["a"]
    assert variation_facts(seller.id, kind).available == 0


def test_paid_after_the_reservation_ended_takes_what_is_free(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    order_id = hold(seller.id, kind)
    with acting_for(seller.id):
        release(seller_id=seller.id, order_id=order_id)
    assert paid(seller.id, order_id)[0].missing == 0


def test_paid_after_the_reservation_ended_and_the_stock_is_gone(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    late = hold(seller.id, kind)
    with acting_for(seller.id):
        release(seller_id=seller.id, order_id=late)
    hold(seller.id, kind)
    with pytest.raises(OutOfStock):
        paid(seller.id, late)
    assert allocations(seller.id, late) == []


def test_the_word_of_the_product_is_that_of_the_moment_the_buyer_agreed(seller):
    product = make_product(seller.id)
    kind = product.variations[0].id
    add_stock(seller.id, kind, "a")
    late = hold(seller.id, kind)
    with acting_for(seller.id):
        release(seller_id=seller.id, order_id=late)
    hold(seller.id, kind)
    set_no_stock(seller_id=seller.id, product_id=product.id, no_stock="wait", actor=MEMBER)
    with pytest.raises(OutOfStock):
        paid(seller.id, late)


def test_a_bad_item_is_replaced_by_the_next_and_its_order_is_first_in_the_queue(seller):
    kind = make_product(seller.id, no_stock="wait").variations[0].id
    add_stock(seller.id, kind, "bad")
    first, second = hold(seller.id, kind), hold(seller.id, kind, may_wait=True)
    [line] = paid(seller.id, first)
    paid(seller.id, second)
    mark_invalid(seller_id=seller.id, item_id=line.item_ids[0], actor=MEMBER, reason="refused by the shop")
    assert (waiting_position(seller.id, first), waiting_position(seller.id, second)) == (1, 2)
    add_stock(seller.id, kind, "good")
    assert secrets_of(seller.id, first) == ["good"]
    with pytest.raises(NotFound):
        open_items(seller.id, line.item_ids)


def test_only_what_a_paid_order_owns_is_opened_and_every_opening_is_written_down(seller, other_seller):
    from astra.core.foundation.audit import AuditRow

    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    with acting_for(seller.id):
        [item_id] = StockItem.objects.values_list("id", flat=True)
    order_id = hold(seller.id, kind)
    with pytest.raises(NotFound):
        open_items(seller.id, [item_id])
    paid(seller.id, order_id)
    with pytest.raises(NotFound):
        open_items(other_seller.id, [item_id])
    open_items(seller.id, [item_id])
    with acting_for(seller.id):
        assert AuditRow.objects.filter(verb="open_item", object_id=str(item_id)).count() == 1
        assert mark_delivered(seller_id=seller.id, item_ids=[item_id]) == 1
        assert mark_delivered(seller_id=seller.id, item_ids=[item_id]) == 0
    assert secrets_of(seller.id, order_id) == ["a"]


def _item_in(seller_id, kind, state, secret):
    """An item that walked to a state by legal steps only."""
    ways = {
        StockState.AVAILABLE: [],
        StockState.RESERVED: ["reserved"],
        StockState.ALLOCATED: ["reserved", "allocated"],
        StockState.DELIVERED: ["reserved", "allocated", "delivered"],
        StockState.REPLACED: ["reserved", "allocated", "delivered", "replaced"],
        StockState.REVOKED: ["reserved", "allocated", "delivered", "revoked"],
        StockState.INVALID: ["invalid"],
        StockState.QUARANTINED: ["quarantined"],
    }
    add_stock(seller_id, kind, secret)
    item = StockItem.objects.latest("place")
    for step in ways[state]:
        _set_state(item.id, step)
    return item.id


def _set_state(item_id: uuid.UUID, state: str) -> None:
    item = StockItem.objects.get(id=item_id)
    changes: dict[str, object] = {"state": state}
    if state in ("available", "quarantined"):
        changes |= {"order_id": None, "line_id": None, "reservation": None}
    elif item.order_id is None and state != "invalid":
        reservation = Reservation.objects.create(
            seller_id=item.seller_id,
            order_id=new_id(),
            line_id=new_id(),
            variation_id=item.variation_id,
            quantity=1,
            filled=1,
            no_stock="refuse",
            state="held",
            until=soon(),
        )
        changes |= {"order_id": reservation.order_id, "line_id": reservation.line_id, "reservation": reservation}
    StockItem.objects.filter(id=item_id).update(**changes)


@pytest.mark.parametrize("before", list(StockState))
def test_the_database_allows_exactly_the_transitions_of_the_table(seller, before):
    kind = make_product(seller.id).variations[0].id
    with transaction.atomic():
        with acting_for(seller.id):
            for number, after in enumerate(StockState):
                if after == before:
                    continue
                item_id = _item_in(seller.id, kind, before, f"{before}-{number}")
                if (before, after) in TRANSITIONS:
                    _set_state(item_id, after)
                    assert StockItem.objects.get(id=item_id).state == after
                    assert StockMovement.objects.filter(item_id=item_id).latest("place").to_state == after
                else:
                    with pytest.raises(IntegrityError, match=r"cannot go from|remembers"), transaction.atomic():
                        _set_state(item_id, after)
        transaction.set_rollback(True)  # these orders do not exist: the invariants would say so


def test_an_item_never_moves_to_another_order_and_never_changes_what_it_is(seller):
    kind, other = (variation.id for variation in make_product(seller.id, prices=(1, 2)).variations)
    add_stock(seller.id, kind, "a", "b")
    mine, theirs = hold(seller.id, kind), hold(seller.id, kind)
    with acting_for(seller.id):
        goal = Reservation.objects.get(order_id=theirs)
        items = StockItem.objects.filter(order_id=mine)
        for changes in (
            {"order_id": goal.order_id, "line_id": goal.line_id, "reservation": goal},
            {"state": "allocated", "order_id": goal.order_id, "line_id": goal.line_id, "reservation": goal},
            {"variation": other},
            {"fingerprint": b"x" * 32},
            {"place": 1},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                items.update(**changes)
        with pytest.raises(IntegrityError, match="begins available"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO catalog_stock_item (id, seller_id, product_id, variation_id, sealed, fingerprint, state)"
                    " SELECT gen_random_uuid(), seller_id, product_id, variation_id, sealed, 'z', 'invalid' FROM catalog_stock_item LIMIT 1"
                )


def test_items_and_movements_are_never_deleted(seller):
    kind = make_product(seller.id).variations[0].id
    add_stock(seller.id, kind, "a")
    with acting_for(seller.id), connection.cursor() as cursor:
        for statement in (
            "DELETE FROM catalog_stock_item",
            "TRUNCATE catalog_stock_item CASCADE",
            "DELETE FROM catalog_stock_movement",
            "UPDATE catalog_stock_movement SET kind = 'x'",
            "INSERT INTO catalog_stock_movement SELECT * FROM catalog_stock_movement",
            "DELETE FROM catalog_reservation",
            "DELETE FROM catalog_product",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_words_of_the_stock(seller):
    kind = make_product(seller.id).variations[0].id
    assert product_facts(seller.id, products(seller.id)[0].id).in_words == "sold_out"
    add_stock(seller.id, kind, *(f"k{number}" for number in range(6)))
    assert variation_facts(seller.id, kind).in_words == "available"
    hold(seller.id, kind, 1)
    assert variation_facts(seller.id, kind).in_words == "last_units"
