"""Books how a refund ended, in the caller's transaction: money, payment, charge, purpose."""

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments import purposes
from astra.core.payments.actions.move import move
from astra.core.payments.events import PaymentRefunded, RefundFailed
from astra.core.payments.models import Charge, Payment, Refund
from astra.core.payments.transitions import CHARGE, FAILED, REFUND_PENDING, SUCCEEDED, allows


def settle_refund(charge: Charge, payment: Payment, refund: Refund, *, provider_id: str, return_id: str) -> None:
    """The money went back. Charge and payment are locked by the caller.

    A parked payment is paid back out of what was parked. An applied one leaves the seller owing the amount: the wallet settles a
    debt from what clears next, and never falls below zero by a refund.
    """
    move(
        refund,
        "succeeded",
        actor="provider",
        provider_id=provider_id or refund.provider_id,
        return_id=return_id,
        settled_at=current_instant(),
        next_look_at=None,
        troubles=0,
    )
    payment.refunded_minor += refund.amount_minor
    Payment.objects.filter(id=payment.id).update(
        refunded_minor=payment.refunded_minor,
        **({"refund_at": None} if payment.refunded_minor == payment.amount_minor else {}),
    )
    if payment.reason != Payment.SECOND:
        if payment.refunded_minor == payment.amount_minor:
            _follow(charge, "refunded_all", refund)
        elif not _others_open(refund):
            _follow(charge, "refunded_part", refund)
        purposes.refunded(
            purposes.Refunded(refund.seller_id, payment.id, refund.id, charge.purpose_kind, charge.purpose_id, refund.amount_minor)
        )
    # The book comes last, as everywhere: whoever pays an order holds its stock when he waits for the book.
    source = AccountKind.PARKED if payment.state == Payment.PARKED else AccountKind.SELLER_DEBT
    post(
        seller_id=refund.seller_id,
        kind=TransferKind.REFUND,
        key=str(refund.id),
        entries=[Entry(source, refund.amount_minor), Entry(AccountKind.PROVIDER_CASH, -refund.amount_minor)],
        currency=refund.currency,
        facts={"reason": refund.reason, "origin": refund.origin},
        object_kind="payment",
        object_id=payment.id,
    )
    emit(PaymentRefunded(refund.seller_id, payment.id, refund.id))


def fail_refund(charge: Charge, payment: Payment, refund: Refund, *, provider_id: str, code: str) -> None:
    """The provider will not give this money back: it stays where it is, and a person has to look."""
    move(
        refund,
        "failed",
        actor="provider",
        facts={"code": code},
        provider_id=provider_id or refund.provider_id,
        failure_code=code[:64],
        settled_at=current_instant(),
        next_look_at=None,
        troubles=0,
    )
    if payment.reason != Payment.SECOND and charge.state == REFUND_PENDING and not _others_open(refund):
        if payment.refunded_minor:
            event = "refund_failed_part"
        elif payment.state == Payment.PARKED and payment.reason != Payment.NOT_TAKEN:
            event = "refund_failed_wrong"
        else:
            event = "refund_failed"
        _follow(charge, event, refund)
    emit(RefundFailed(refund.seller_id, payment.id, refund.id))


def _follow(charge: Charge, event: str, refund: Refund) -> None:
    if allows(CHARGE, charge.state, event):
        move(charge, event, facts={"refund": str(refund.id)})


def _others_open(refund: Refund) -> bool:
    others = Refund.objects.filter(payment_id=refund.payment_id).exclude(id=refund.id)
    return others.exclude(state__in=[SUCCEEDED, FAILED]).exists()
