"""Orders when a seller leaves: open ones are in the way; buyers' names go, amounts and ids stay (the law wants them)."""

import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.leaving import Hindrance, Part, rows_of
from astra.core.journey.sales.models import Order, OrderEvent, OrderLine
from astra.core.journey.sales.models.order_state import Commercial, Fulfilment

OPEN = (Commercial.AWAITING_PAYMENT, Commercial.REFUNDING, Commercial.REFUND_FAILED)


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Orders, their lines, their history."""
    yield Part("orders", _("Every order and cart."), rows_of(Order))
    yield Part("orders_lines", _("What each order holds."), rows_of(OrderLine))
    yield Part("orders_history", _("What happened to each order."), rows_of(OrderEvent))


def hindrances(seller_id: uuid.UUID) -> list[Hindrance]:
    """Orders that may still be paid, refunded or handed over."""
    found = []
    mine = Order.objects.filter(seller_id=seller_id)
    if mine.filter(commercial__in=OPEN).exists():
        text = _("An order is waiting for its payment or its refund. Wait until it is over.")
        found.append(Hindrance("order_open", text, "orders", _("See the orders")))
    if mine.filter(Q(commercial=Commercial.PAID) & ~Q(fulfilment=Fulfilment.DONE)).exists():
        text = _("A paid order was not handed over in full. Add stock, so that it is.")
        found.append(Hindrance("order_undelivered", text, "deliveries", _("See the deliveries")))
    return found


def erase(seller_id: uuid.UUID) -> None:
    """Forgets how buyers are called."""
    Order.objects.update(buyer_name="")
