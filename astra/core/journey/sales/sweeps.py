"""What a lost job leaves behind is found here, every ten seconds or so."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sweeping import one_by_one
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.sales.actions.abandon_drafts import UNTOUCHED, abandon_drafts
from astra.core.journey.sales.actions.record_charge_failure import record_charge_failure
from astra.core.journey.sales.actions.record_parked import record_parked
from astra.core.journey.sales.actions.record_refund_failure import record_refund_failure
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial

AT_ONCE = 200

# News of payments that reached no order, because the job that carried it was lost.
CHARGES_THAT_FAILED = """
SELECT o.seller_id, o.id, o.charge_id FROM sales_order o
  JOIN payments_charge c ON c.seller_id = o.seller_id AND c.id = o.charge_id
 WHERE o.commercial = 'awaiting_payment' AND c.state = 'rejected' LIMIT %s
"""
MONEY_IN_REVIEW = """
SELECT o.seller_id, o.id, p.id, p.reason FROM payments_payment p
  JOIN payments_charge c ON c.seller_id = p.seller_id AND c.id = p.charge_id AND c.purpose_kind = 'order'
  JOIN sales_order o ON o.seller_id = c.seller_id AND o.id = c.purpose_id
 WHERE p.refund_at IS NOT NULL AND p.state = 'parked' AND p.id IS DISTINCT FROM o.payment_id
   AND NOT EXISTS (SELECT FROM sales_order_event e
                    WHERE e.seller_id = o.seller_id AND e.order_id = o.id AND e.kind = 'payment_parked' AND e.key = p.id::text)
 LIMIT %s
"""
REFUNDS_THAT_FAILED = """
SELECT o.seller_id, o.payment_id, max(r.id::text)::uuid FROM sales_order o
  JOIN payments_refund r ON r.seller_id = o.seller_id AND r.payment_id = o.payment_id
 WHERE o.commercial = 'refunding'
 GROUP BY o.seller_id, o.payment_id HAVING bool_and(r.state = 'failed') LIMIT %s
"""


def sweep_expired_orders() -> int:
    """Wakes the expiry of every order whose time is over; returns how many. The action itself decides and is repeatable."""
    with as_system():
        due = Order.objects.filter(commercial=Commercial.AWAITING_PAYMENT, expires_at__lte=AstraNow())
        found: list[tuple[uuid.UUID, uuid.UUID]] = list(due.order_by("expires_at").values_list("seller_id", "id")[:AT_ONCE])
    for seller_id, order_id in found:
        enqueue("sales.expire_order", seller_id=seller_id, order_id=order_id)
    return len(found)


def sweep_abandoned_drafts() -> int:
    """Ends carts that were not touched for a day; returns how many."""
    with as_system():
        old = Order.objects.filter(commercial=Commercial.DRAFT, touched_at__lt=AstraNow() - UNTOUCHED)
        sellers = list(old.order_by().values_list("seller_id", flat=True).distinct()[:AT_ONCE])
    return one_by_one(sellers, lambda seller_id: abandon_drafts(seller_id=seller_id))


def sweep_news_of_payments() -> int:
    """Tells orders what payments told nobody: charges that could not be made, money in review, refused refunds."""
    news: list[tuple[Callable[..., bool], tuple[Any, ...]]] = [(_tell_failed, row) for row in _found(CHARGES_THAT_FAILED)]
    news += [(_tell_parked, row) for row in _found(MONEY_IN_REVIEW)]
    news += [(_tell_refused, row) for row in _found(REFUNDS_THAT_FAILED)]
    return one_by_one(news, lambda one: one[0](*one[1]))


def _tell_failed(seller_id: uuid.UUID, order_id: uuid.UUID, charge_id: uuid.UUID) -> bool:
    record_charge_failure(seller_id=seller_id, order_id=order_id, charge_id=charge_id)
    return True


def _tell_parked(seller_id: uuid.UUID, order_id: uuid.UUID, payment_id: uuid.UUID, reason: str) -> bool:
    record_parked(seller_id=seller_id, order_id=order_id, payment_id=payment_id, reason=reason)
    return True


def _tell_refused(seller_id: uuid.UUID, payment_id: uuid.UUID, refund_id: uuid.UUID) -> bool:
    record_refund_failure(seller_id=seller_id, payment_id=payment_id, refund_id=refund_id)
    return True


def _found(statement: str) -> list[tuple[Any, ...]]:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(statement, [AT_ONCE])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
