"""What can be done with a payout: send it, settle it, let it fail, let it come back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from validate_docbr import CNPJ, CPF

from .account import Account
from .body import Body
from .clock import Clock
from .ids import end_to_end_id, new_id
from .payout import FAILED, PAID, PROCESSING, RETURNED, Payout
from .refusal import Refusal
from .state import State

_KEYS: dict[str, Callable[[str], bool]] = {
    "cpf": lambda value: value.isdigit() and bool(CPF().validate(value)),
    "cnpj": lambda value: value.isalnum() and bool(CNPJ().validate(value)),
    "email": lambda value: len(value) <= 77 and bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)),
    "phone": lambda value: bool(re.fullmatch(r"\+55\d{10,11}", value)),
    "random": lambda value: bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)),
}

Announce = Callable[[str, Payout], None]


class Payouts:
    """The verbs of payouts. A payout holds its money from the start; the statement shows it when it leaves."""

    def __init__(self, state: State, clock: Clock, account: Account, announce: Announce) -> None:
        self._state = state
        self._clock = clock
        self._account = account
        self._announce = announce

    def create(self, body: Body) -> Payout:
        """Accepts a payout, which settles later by itself.

        A key that belongs to another document than the holder's fails, as the directory of keys would tell.
        Raises Refusal 422 for a bad field, `invalid_pix_key` or `insufficient_balance`.
        """
        body.only("amount_minor", "currency", "reference", "pix_key", "holder")
        amount_minor, currency, reference = body.amount_minor(), body.currency(), body.reference()
        key, holder = body.part("pix_key"), body.part("holder")
        key.only("kind", "value")
        holder.only("name", "document")
        kind, value = key.text("kind", longest=10), key.text("value", longest=77)
        name, document = holder.text("name", longest=120), holder.text("document", longest=20)
        if kind not in _KEYS or not _KEYS[kind](value):
            raise Refusal(422, "invalid_pix_key", f"This is no PIX key of kind {kind!r}. Nothing was sent.")
        knobs, now = self._state.knobs, self._clock.now()
        self._account.require(amount_minor + knobs.payout_fee_minor)
        foreign = kind in ("cpf", "cnpj") and value != re.sub(r"[^0-9A-Za-z]", "", document)
        payout = Payout(
            id=new_id("po"),
            amount_minor=amount_minor,
            currency=currency,
            reference=reference,
            key_kind=kind,
            key_value=value,
            holder_name=name,
            holder_document=document,
            created_at=now,
            updated_at=now,
            outcome=FAILED if foreign else PAID if knobs.payout_outcome in ("unknown", "stuck") else knobs.payout_outcome,
            settles_at=None if knobs.payout_outcome == "stuck" else now + timedelta(seconds=knobs.payout_delay_seconds),
            fee_minor=knobs.payout_fee_minor,
            failure_code="holder_mismatch" if foreign else None,
        )
        self._state.payouts[payout.id] = payout
        return payout

    def get(self, payout_id: str) -> Payout:
        """The payout as it stands now. Raises Refusal 404."""
        self.settle_due()
        payout = self._state.payouts.get(payout_id)
        if payout is None:
            raise Refusal(404, "unknown_payout", f"There is no payout {payout_id!r}.")
        return payout

    def find(self, *, reference: str | None = None) -> list[Payout]:
        """Payouts that match what is given, oldest first."""
        self.settle_due()
        return [p for p in self._state.payouts.values() if reference is None or p.reference == reference]

    def settle(self, payout_id: str, status: str) -> Payout:
        """Moves a payout by hand: processing to `paid` or `failed`, paid to `returned`. Raises Refusal 404, 409."""
        payout = self.get(payout_id)
        needed = PAID if status == RETURNED else PROCESSING
        if payout.status != needed:
            raise Refusal(409, "wrong_status", f"The payout is {payout.status}; {status} follows only {needed}.")
        payout.outcome = status
        self._move(payout, status)
        return payout

    def settle_due(self) -> None:
        """Moves every payout whose time has come."""
        now = self._clock.now()
        for payout in self._state.payouts.values():
            while payout.settles_at is not None and payout.settles_at <= now:
                self._move(payout, FAILED if payout.outcome == FAILED else self._after(payout))

    def next_settling_at(self) -> datetime | None:
        """When the next payout moves by itself."""
        return min((p.settles_at for p in self._state.payouts.values() if p.settles_at), default=None)

    @staticmethod
    def _after(payout: Payout) -> str:
        return PAID if payout.status == PROCESSING else RETURNED

    def _move(self, payout: Payout, status: str) -> None:
        payout.status = status
        payout.updated_at = max(self._clock.now(), payout.updated_at + timedelta(milliseconds=1))
        payout.settles_at = None
        if status == PAID:
            payout.end_to_end_id = end_to_end_id(payout.updated_at)
            self._account.post("payout", payout.id, payout.reference, -payout.amount_minor)
            self._account.post("fee", payout.id, payout.reference, -payout.fee_minor)
            if payout.outcome == RETURNED:
                payout.settles_at = payout.updated_at + timedelta(seconds=self._state.knobs.payout_delay_seconds)
        elif status == RETURNED:
            payout.failure_code = payout.failure_code or "receiver_returned"
            self._account.post("payout", payout.id, payout.reference, payout.amount_minor)
        else:
            payout.failure_code = payout.failure_code or "receiver_refused"
            payout.fee_minor = 0
        self._announce("payout.updated", payout)
