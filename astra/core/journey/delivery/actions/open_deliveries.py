"""A paid order's lines go on their way."""

import uuid

from django.db import IntegrityError, transaction

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.ids import short_code
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import Allocated, allocations
from astra.core.journey.delivery.actions.tell_sales import tell_sales
from astra.core.journey.delivery.events import DeliveryReady, DeliveryWaiting
from astra.core.journey.delivery.machine import About, NoticeState, State, Step, target
from astra.core.journey.delivery.models import DeliveredItem, Delivery, Notice
from astra.core.journey.sales.models import Order

# Goods are handed over while the order's money stays: a refund on its way stops what was not delivered yet.
DELIVERABLE = ("paid", "partially_refunded")


def open_deliveries(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> bool:
    """Binds what the order was allocated, line by line, and has the buyer told; returns whether anything was new.

    Safe to repeat: an item is bound once and news is told once. Does nothing for an order whose money is not there (any
    more), or of somebody else.
    """
    with acting_for(seller_id):
        order = Order.objects.filter(seller_id=seller_id, id=order_id, commercial__in=DELIVERABLE).first()
        if order is None:
            return False
        allocated = allocations(seller_id, order_id)
        if not allocated:
            return False
        notice, is_first = _lock_notice(seller_id, order)
        new_items = sum(_bind(seller_id, notice, line) for line in allocated)
        if not is_first and not new_items:
            return False
        _tell(seller_id, notice, is_first)
        tell_sales(seller_id, order_id)
    return True


def _lock_notice(seller_id: uuid.UUID, order: Order) -> tuple[Notice, bool]:
    for _ in range(5):
        try:
            with transaction.atomic():
                # Somebody who opens the same order now waits here, then finds it opened.
                notice, is_first = Notice.objects.get_or_create(
                    seller_id=seller_id,
                    order_id=order.id,
                    defaults={"instance_id": order.instance_id, "reference": short_code("D"), "about": About.READY.value},
                )
            break
        except IntegrityError:  # the reference is taken: another one
            continue
    else:
        raise RuntimeError("No free reference was found.")
    return Notice.objects.select_for_update().get(seller_id=seller_id, id=notice.id), is_first


def _bind(seller_id: uuid.UUID, notice: Notice, line: Allocated) -> int:
    delivery, _ = Delivery.objects.get_or_create(
        seller_id=seller_id,
        line_id=line.line_id,
        defaults={"order_id": notice.order_id, "notice": notice, "quantity": len(line.item_ids) + line.missing},
    )
    bound = set(DeliveredItem.objects.filter(seller_id=seller_id, delivery=delivery).values_list("stock_item_id", flat=True))
    new = [item_id for item_id in line.item_ids if item_id not in bound]
    DeliveredItem.objects.bulk_create(
        [DeliveredItem(seller_id=seller_id, delivery=delivery, stock_item_id=item_id) for item_id in new],
    )
    if line.missing and delivery.state == State.PENDING:
        _step(delivery, Step.FALLS_SHORT)
    elif not line.missing and delivery.state == State.WAITING_STOCK:
        _step(delivery, Step.IS_SERVED)
    return len(new)


def _step(delivery: Delivery, step: Step) -> None:
    delivery.state = target(step)
    delivery.save(update_fields=["state"])


def _tell(seller_id: uuid.UUID, notice: Notice, is_first: bool) -> None:
    complete = Delivery.objects.filter(seller_id=seller_id, notice=notice, state=State.PENDING).exists()
    about = About.READY if complete or not is_first else About.WAITING
    # A new generation and fence: an attempt that is still on its way tells older news, and records nothing.
    Notice.objects.filter(id=notice.id).update(
        about=about.value,
        state=NoticeState.PENDING.value,
        reason="",
        fence=notice.fence + 1,
        lease_until=None,
        attempts=0,
        first_attempt_at=None,
        generation=notice.generation if is_first else notice.generation + 1,
        generation_at=None,
        next_try_at=AstraNow(),
        woken_at=AstraNow(),
    )
    emit(DeliveryReady(seller_id, notice.order_id) if about == About.READY else DeliveryWaiting(seller_id, notice.order_id))
