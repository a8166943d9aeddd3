"""What can be done with a refund: ask for it, settle it, let it fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from .account import Account
from .body import Body
from .charge import Charge, Payment
from .charges import Charges
from .clock import Clock
from .ids import end_to_end_id, new_id
from .refund import FAILED, PENDING, SUCCEEDED, Refund
from .refusal import Refusal
from .state import State

Announce = Callable[[str, Refund], None]


class Refunds:
    """The verbs of refunds. More than was paid never goes back, whatever is asked and in whatever order."""

    def __init__(self, state: State, clock: Clock, account: Account, charges: Charges, announce: Announce) -> None:
        self._state = state
        self._clock = clock
        self._account = account
        self._charges = charges
        self._announce = announce

    def create(self, charge_id: str, body: Body) -> Refund:
        """Returns part or all of one payment: the named `payment_id`, or the charge's first.

        Raises Refusal 404, 409 `not_paid`, 422 `amount_exceeds_payment`, `insufficient_balance` or a bad field.
        """
        body.only("amount_minor", "reference", "payment_id")
        amount_minor, reference = body.amount_minor(), body.reference()
        charge = self._charges.get(charge_id)
        payment = self._payment(charge, body.text("payment_id", longest=40) if body.has("payment_id") else None)
        if amount_minor > payment.refundable_minor:
            raise Refusal(
                422,
                "amount_exceeds_payment",
                f"{amount_minor} asked back, {payment.refundable_minor} of this payment is left. Nothing was moved.",
                refundable_minor=payment.refundable_minor,
            )
        self._account.require(amount_minor)
        knobs, now = self._state.knobs, self._clock.now()
        waits = knobs.refund_outcome == "pending"
        refund = Refund(
            id=new_id("re"),
            charge_id=charge.id,
            payment_id=payment.id,
            amount_minor=amount_minor,
            currency=charge.currency,
            reference=reference,
            created_at=now,
            updated_at=now,
            outcome=FAILED if knobs.refund_outcome == "failed" else SUCCEEDED,
            settles_at=now + timedelta(seconds=knobs.refund_delay_seconds) if waits else None,
        )
        payment.refunding_minor += amount_minor
        self._state.refunds[refund.id] = refund
        if not waits:
            self._finish(refund, refund.outcome)
        return refund

    def get(self, refund_id: str) -> Refund:
        """The refund as it stands now. Raises Refusal 404."""
        self.settle_due()
        refund = self._state.refunds.get(refund_id)
        if refund is None:
            raise Refusal(404, "unknown_refund", f"There is no refund {refund_id!r}.")
        return refund

    def find(self, *, reference: str | None = None, charge_id: str | None = None) -> list[Refund]:
        """Refunds that match what is given, oldest first."""
        self.settle_due()
        return [
            refund
            for refund in self._state.refunds.values()
            if (reference is None or refund.reference == reference) and (charge_id is None or refund.charge_id == charge_id)
        ]

    def settle(self, refund_id: str, status: str) -> Refund:
        """Ends a pending refund by hand as `succeeded` or `failed`. Raises Refusal 404, 409 `not_pending`."""
        refund = self.get(refund_id)
        if refund.status != PENDING:
            raise Refusal(409, "not_pending", f"The refund is {refund.status} already.")
        self._finish(refund, status)
        return refund

    def settle_due(self) -> None:
        """Ends every pending refund whose time has come."""
        now = self._clock.now()
        for refund in self._state.refunds.values():
            if refund.status == PENDING and refund.settles_at is not None and refund.settles_at <= now:
                self._finish(refund, refund.outcome)

    def next_settling_at(self) -> datetime | None:
        """When the next pending refund ends by itself."""
        times = (r.settles_at for r in self._state.refunds.values() if r.status == PENDING and r.settles_at)
        return min(times, default=None)

    def _finish(self, refund: Refund, status: str) -> None:
        charge = self._state.charges[refund.charge_id]
        payment = self._payment(charge, refund.payment_id)
        payment.refunding_minor -= refund.amount_minor
        refund.status = status
        refund.settles_at = None
        refund.updated_at = max(self._clock.now(), refund.updated_at + timedelta(milliseconds=1))
        if status == SUCCEEDED:
            refund.return_id = end_to_end_id(refund.updated_at, "D")
            payment.refunded_minor += refund.amount_minor
            self._account.post("refund", refund.id, refund.reference, -refund.amount_minor, payment.id)
        else:
            refund.failure_code = "payer_account_closed"
        self._announce("refund.updated", refund)
        if status == SUCCEEDED:
            self._charges.changed(charge)

    @staticmethod
    def _payment(charge: Charge, payment_id: str | None) -> Payment:
        if charge.settling is None:
            raise Refusal(409, "not_paid", "The charge was not paid; there is nothing to give back.")
        if payment_id is None:
            return charge.settling
        for payment in charge.payments:
            if payment.id == payment_id:
                return payment
        raise Refusal(404, "unknown_payment", f"Charge {charge.id} has no payment {payment_id!r}.")
