"""Somebody asks for another try."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.events import DeliveryReady
from astra.core.journey.delivery.machine import About, NoticeState, State, Step, target
from astra.core.journey.delivery.models import Delivery, Notice

STUCK = (NoticeState.CLOSED, NoticeState.PARKED, NoticeState.DEAD_LETTER)
STUCK_LINES = (State.ACTION_REQUIRED, State.DEAD_LETTER)


def resend_delivery(*, seller_id: uuid.UUID, order_id: uuid.UUID, actor: Actor, reason: str = "") -> bool:
    """Tries a stuck notice (closed messages, dead token, given up) again; False when it is not stuck. Raises NotFound."""
    with acting_for(seller_id):
        notice = Notice.objects.select_for_update().filter(seller_id=seller_id, order_id=order_id).first()
        if notice is None:
            raise NotFound(order_id=str(order_id))
        if notice.state not in STUCK:
            return False
        start_again(seller_id, notice)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="resend_delivery",
            object_kind="order",
            object_id=order_id,
            reason=reason,
        )
    return True


def start_again(seller_id: uuid.UUID, notice: Notice) -> None:
    """Makes a locked notice due now, with its attempts counted afresh. The nonce's generation goes on by its own clock."""
    Notice.objects.filter(id=notice.id).update(
        state=NoticeState.PENDING,
        reason="",
        attempts=0,
        next_try_at=AstraNow(),
        woken_at=AstraNow(),
    )
    if notice.about == About.READY:
        Delivery.objects.filter(seller_id=seller_id, notice=notice, state__in=STUCK_LINES).update(state=target(Step.IS_RETRIED))
    emit(DeliveryReady(seller_id, notice.order_id))
