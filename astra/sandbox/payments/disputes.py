"""What can be done with a dispute: open, answer, win, lose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from .account import Account
from .body import Body
from .charge import CARD, Payment
from .charges import Charges
from .clock import Clock
from .dispute import LOST, OPEN, REASONS, UNDER_REVIEW, WON, Dispute
from .ids import new_id
from .refusal import Refusal
from .state import State

DAYS_TO_ANSWER = 7
LONGEST_EVIDENCE = 4000

Announce = Callable[[str, Dispute], None]


class Disputes:
    """The verbs of disputes. The money leaves when one is opened and comes back when it is won."""

    def __init__(self, state: State, clock: Clock, account: Account, charges: Charges, announce: Announce) -> None:
        self._state = state
        self._clock = clock
        self._account = account
        self._charges = charges
        self._announce = announce

    def open(self, charge_id: str, body: Body) -> Dispute:
        """The payer contests a payment: all that is left of it, or `amount_minor`. The balance may go below zero.

        Raises Refusal 404, 409 `not_paid`, 422 `amount_exceeds_payment` or a bad field.
        """
        body.only("reason", "amount_minor", "payment_id")
        charge = self._charges.get(charge_id)
        reason = body.text("reason", longest=30, default=REASONS[0])
        if reason not in REASONS:
            raise Refusal(422, "invalid_field", f"reason is one of {', '.join(REASONS)}.", field="reason")
        if charge.settling is None:
            raise Refusal(409, "not_paid", "The charge was not paid; there is nothing to contest.")
        payment = self._payment(charge_id, body.text("payment_id", longest=40, default=charge.settling.id))
        amount_minor = body.amount_minor() if body.has("amount_minor") else payment.refundable_minor
        if not 0 < amount_minor <= payment.refundable_minor:
            raise Refusal(
                422,
                "amount_exceeds_payment",
                f"{amount_minor} contested, {payment.refundable_minor} of this payment is left. Nothing was moved.",
                refundable_minor=payment.refundable_minor,
            )
        now = self._clock.now()
        dispute = Dispute(
            id=new_id("dp"),
            kind="chargeback" if charge.kind == CARD else "med",
            charge_id=charge.id,
            payment_id=payment.id,
            amount_minor=amount_minor,
            currency=charge.currency,
            reference=charge.reference,
            reason=reason,
            created_at=now,
            updated_at=now,
            due_at=now + timedelta(days=DAYS_TO_ANSWER),
        )
        payment.disputed_minor += amount_minor
        self._state.disputes[dispute.id] = dispute
        self._account.post("dispute", dispute.id, dispute.reference, -amount_minor, payment.id)
        self._announce("dispute.opened", dispute)
        return dispute

    def get(self, dispute_id: str) -> Dispute:
        """The dispute as it stands now. Raises Refusal 404."""
        self.settle_due()
        dispute = self._state.disputes.get(dispute_id)
        if dispute is None:
            raise Refusal(404, "unknown_dispute", f"There is no dispute {dispute_id!r}.")
        return dispute

    def find(self, *, charge_id: str | None = None) -> list[Dispute]:
        """Disputes, of one charge or all, oldest first."""
        self.settle_due()
        return [one for one in self._state.disputes.values() if charge_id in (None, one.charge_id)]

    def answer(self, dispute_id: str, text: str) -> Dispute:
        """The shop sends evidence; from then on somebody decides by hand. Raises Refusal 404, 409 `wrong_status`."""
        dispute = self._still(dispute_id, OPEN)
        dispute.evidence = text
        self._move(dispute, UNDER_REVIEW)
        return dispute

    def decide(self, dispute_id: str, status: str) -> Dispute:
        """Ends a dispute as `won` (by the shop: the money comes back) or `lost`. Raises Refusal 404, 409 `wrong_status`."""
        dispute = self._still(dispute_id, OPEN, UNDER_REVIEW)
        if status == WON:
            self._payment(dispute.charge_id, dispute.payment_id).disputed_minor -= dispute.amount_minor
            self._account.post("dispute", dispute.id, dispute.reference, dispute.amount_minor, dispute.payment_id)
        self._move(dispute, status)
        return dispute

    def settle_due(self) -> None:
        """Who sends no evidence in time loses."""
        now = self._clock.now()
        for dispute in self._state.disputes.values():
            if dispute.status == OPEN and dispute.due_at <= now:
                self._move(dispute, LOST)

    def next_settling_at(self) -> datetime | None:
        """When the next one is lost by itself."""
        return min((one.due_at for one in self._state.disputes.values() if one.status == OPEN), default=None)

    def _still(self, dispute_id: str, *wanted: str) -> Dispute:
        dispute = self.get(dispute_id)
        if dispute.status not in wanted:
            raise Refusal(409, "wrong_status", f"The dispute is {dispute.status}. Nothing was changed.")
        return dispute

    def _move(self, dispute: Dispute, status: str) -> None:
        dispute.status = status
        dispute.updated_at = max(self._clock.now(), dispute.updated_at + timedelta(milliseconds=1))
        self._announce("dispute.updated", dispute)

    def _payment(self, charge_id: str, payment_id: str) -> Payment:
        for payment in self._state.charges[charge_id].payments:
            if payment.id == payment_id:
                return payment
        raise Refusal(404, "unknown_payment", f"Charge {charge_id} has no payment {payment_id!r}.")
