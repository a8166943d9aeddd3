"""Finds what a lost job or webhook left behind. Each sweep claims a row for half a minute, then wakes somebody up for it."""

import uuid
from collections.abc import Callable

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.inbox import InboxEvent
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sweeping import one_by_one
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.payments.actions.accept_notice import SOURCE_PREFIX
from astra.core.payments.actions.reconcile import reconcile
from astra.core.payments.actions.request_refund import asked_back, lock_payment, request_refund
from astra.core.payments.models import Charge, Payment, Payout, Refund, SavedCard, StatementCursor
from astra.core.payments.schedule import LEASE, PATIENCE
from astra.core.payments.transitions import CREATED, UNKNOWN

AT_ONCE = 200


def janitor() -> int:
    """Charges whose look is due: not made yet, not settled, or settled and still watched."""

    def wake(seller_id: uuid.UUID, row_id: uuid.UUID, state: str) -> None:
        name = "payments.send_charge" if state in (CREATED, UNKNOWN) else "payments.take_reading"
        enqueue(name, seller_id=seller_id, charge_id=row_id)

    return _sweep(Charge, wake)


def sweep_refunds() -> int:
    """Refunds that were not sent, or have not settled."""
    return _sweep(Refund, lambda seller_id, row_id, _: enqueue("payments.send_refund", seller_id=seller_id, refund_id=row_id))


def sweep_payouts() -> int:
    """Payouts that were never sent are sent; all others are only looked up."""

    def wake(seller_id: uuid.UUID, row_id: uuid.UUID, state: str) -> None:
        name = "payments.send_payout" if state == CREATED else "payments.read_payout"
        enqueue(name, seller_id=seller_id, payout_id=row_id)

    return _sweep(Payout, wake)


def sweep_cards() -> int:
    """Removed cards that the provider has not forgotten yet."""
    with as_system():
        rows = SavedCard.objects.filter(next_look_at__lte=AstraNow(), forgotten_at=None).exclude(removed_at=None)
        due = list(rows.order_by("next_look_at").values_list("seller_id", "id")[:AT_ONCE])
    found = 0
    for seller_id, card_id in due:
        with acting_for(seller_id):
            now = current_instant()
            if SavedCard.objects.filter(seller_id=seller_id, id=card_id, next_look_at__lte=now).update(next_look_at=now + LEASE):
                enqueue("payments.forget_card", seller_id=seller_id, card_id=card_id)
                found += 1
    return found


def sweep_parked() -> int:
    """Parked payments that nobody accepted in time go back, as far as they have not yet."""
    with as_system():
        due = list(Payment.objects.filter(refund_at__lte=AstraNow()).order_by("refund_at").values_list("seller_id", "id")[:AT_ONCE])
    return one_by_one(due, lambda row: _give_back(*row))


def _give_back(seller_id: uuid.UUID, payment_id: uuid.UUID) -> bool:
    with acting_for(seller_id):
        payment = lock_payment(seller_id, payment_id)
        left = payment.amount_minor - asked_back(payment)
        if payment.refund_at is None or payment.state != Payment.PARKED:
            return False
        if left > 0:
            request_refund(seller_id=seller_id, payment_id=payment_id, amount_minor=left, reason=payment.reason)
        else:
            Payment.objects.filter(id=payment_id).update(refund_at=None)
    return True


def sweep_inbox() -> int:
    """Stored webhooks that were not understood yet."""
    now = current_instant()
    due = InboxEvent.objects.filter(source__startswith=SOURCE_PREFIX, handled_at=None, next_try_at__lte=now)
    found = 0
    for event_id in list(due.order_by("next_try_at").values_list("id", flat=True)[:AT_ONCE]):
        if InboxEvent.objects.filter(id=event_id, handled_at=None, next_try_at__lte=now).update(next_try_at=now + LEASE):
            enqueue("payments.read_inbox", inbox_event_id=event_id)
            found += 1
    return found


def sweep_statement() -> int:
    """Once a minute: what the provider's statement says and our books do not know."""
    recent = StatementCursor.objects.filter(read_at__gt=current_instant() - PATIENCE)
    return 0 if recent.exists() else reconcile()


def _sweep(model: type[Charge] | type[Refund] | type[Payout], wake: Callable[[uuid.UUID, uuid.UUID, str], None]) -> int:
    with as_system():
        rows = model.objects.filter(next_look_at__lte=AstraNow()).order_by("next_look_at")
        due = list(rows.values_list("seller_id", "id", "state")[:AT_ONCE])
    found = 0
    for seller_id, row_id, state in due:
        with acting_for(seller_id):
            now = current_instant()
            claimed = model.objects.filter(seller_id=seller_id, id=row_id, state=state, next_look_at__lte=now)
            if claimed.update(next_look_at=now + LEASE):
                wake(seller_id, row_id, state)
                found += 1
    return found
