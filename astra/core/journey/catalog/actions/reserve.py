"""Items are set aside for an order before anybody is asked to pay."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Reservation, Variation
from astra.core.journey.catalog.models.reservation import ReservationState
from astra.core.journey.catalog.queries import few_available, in_words

TAKE = (Path(__file__).parent / "reserve.sql").read_text(encoding="utf-8")


class OutOfStock(Failure):
    """There is not enough, and the buyer did not agree to wait. Nothing is held, nothing was charged."""

    text = _("There is not enough in stock any more. You were not charged. Choose a smaller quantity or another option.")
    label = "out_of_stock"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order line asks for. ``may_wait``: the product lets buyers wait, and this one agreed."""

    line_id: uuid.UUID
    variation_id: uuid.UUID
    quantity: int
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a line holds now, and what it will wait for once it is paid."""

    line_id: uuid.UUID
    held: int
    waiting: int


def reserve(
    *,
    seller_id: uuid.UUID,
    order_id: uuid.UUID,
    wanted: Sequence[Wanted],
    until: datetime.datetime,
) -> list[Reserved]:
    """Holds items for each line until an instant, all lines or none, in the caller's transaction.

    A line that may wait takes what there is and waits, unpaid, for the rest. Raises OutOfStock (with ``held``, the number
    that was there) for a line that may not. Two buyers never get the same item: taking one is locking it.
    """
    found: list[Reserved] = []
    with acting_for(seller_id):
        variations = Variation.objects.filter(id__in=[line.variation_id for line in wanted])
        products = {row[0]: row[1:] for row in variations.values_list("id", "product_id", "product__no_stock")}
        for line in sorted(wanted, key=lambda line: line.variation_id):
            reservation_id = new_id()
            product_id, no_stock = products[line.variation_id]
            Reservation.objects.create(
                id=reservation_id,
                seller_id=seller_id,
                order_id=order_id,
                line_id=line.line_id,
                variation_id=line.variation_id,
                quantity=line.quantity,
                filled=0,
                no_stock=no_stock,
                state=ReservationState.WAITING_UNPAID,
                until=until,
            )
            held = take(
                seller_id=seller_id,
                variation_id=line.variation_id,
                quantity=line.quantity,
                reservation_id=reservation_id,
                order_id=order_id,
                line_id=line.line_id,
            )
            if held < line.quantity and not line.may_wait:
                raise OutOfStock(held=held, quantity=line.quantity)
            if held:
                state = ReservationState.HELD if held == line.quantity else ReservationState.WAITING_UNPAID
                Reservation.objects.filter(id=reservation_id).update(filled=held, state=state)
                _tell_when_words_change(seller_id, product_id, line.variation_id, held)
            found.append(Reserved(line.line_id, held, line.quantity - held))
    return found


def take(
    *,
    seller_id: uuid.UUID,
    variation_id: uuid.UUID,
    quantity: int,
    reservation_id: uuid.UUID,
    order_id: uuid.UUID,
    line_id: uuid.UUID,
) -> int:
    """Sets available items aside for a reservation, oldest first; returns how many. Never waits for another buyer."""
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {
                "seller_id": seller_id,
                "variation_id": variation_id,
                "quantity": quantity,
                "reservation_id": reservation_id,
                "order_id": order_id,
                "line_id": line_id,
            },
        )
        return int(cursor.fetchone()[0])


def _tell_when_words_change(seller_id: uuid.UUID, product_id: uuid.UUID, variation_id: uuid.UUID, taken: int) -> None:
    left = few_available(variation_id)
    if in_words(left) != in_words(left + taken):
        emit(ProductChanged(seller_id, product_id))
