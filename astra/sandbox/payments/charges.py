"""What can be done with a charge: make, pay, cancel, let expire."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from . import brcode
from .account import Account
from .body import MAX_AMOUNT_MINOR, Body
from .charge import CANCELLED, CARD, PENDING, PIX, CardTry, Charge, Payment
from .clock import Clock
from .ids import end_to_end_id, new_id
from .refusal import Refusal
from .state import State

PAYEE = "Loja de Teste"
CITY = "Sao Paulo"
LONGEST_EXPIRY_SECONDS = 30 * 86_400

Announce = Callable[[str, Charge], None]


class Charges:
    """The verbs of charges. `announce` is told of every change that a webhook reports."""

    def __init__(self, state: State, clock: Clock, account: Account, announce: Announce) -> None:
        self._state = state
        self._clock = clock
        self._account = account
        self._announce = announce
        self._pending = {c.id: c for c in state.charges.values() if c.status == PENDING}

    def create(self, body: Body, host: str) -> Charge:
        """Makes a pending charge whose code points to `host`. Raises Refusal 422 for bad fields."""
        body.only(
            "kind",
            "amount_minor",
            "currency",
            "reference",
            "description",
            "expires_in_seconds",
            "payer",
            "save_card",
            "card_id",
            "return_url",
        )
        amount_minor, currency, reference = body.amount_minor(), body.currency(), body.reference()
        description = body.text("description", longest=140, default="")
        seconds = body.integer("expires_in_seconds", least=1, most=LONGEST_EXPIRY_SECONDS, default=900)
        payer = None
        if body.has("payer"):
            part = body.part("payer")
            part.only("name", "document")
            payer = {
                "name": part.text("name", longest=120, default=""),
                "document": part.text("document", longest=20, default=""),
            }
        kind = body.text("kind", longest=10, default=PIX)
        if kind not in (PIX, CARD):
            raise Refusal(422, "invalid_field", "kind is pix or card.", field="kind")
        save_card, card_id = body.data.get("save_card", False), body.text("card_id", longest=40, default="")
        if not isinstance(save_card, bool) or (kind == PIX and (save_card or card_id)):
            raise Refusal(422, "invalid_field", "save_card is true or false, and only a charge by card has one.", field="save_card")
        return_url = body.text("return_url", longest=500, default="")
        if return_url and not return_url.startswith(("http://", "https://")):
            raise Refusal(422, "invalid_field", "return_url is an http or https address.", field="return_url")
        now, charge_id, code = self._clock.now(), new_id("ch"), ""
        if kind == PIX:
            code = brcode.dynamic_code(url=f"{host}/pix/{charge_id}", amount_minor=amount_minor, name=PAYEE, city=CITY)
        charge = Charge(
            id=charge_id,
            amount_minor=amount_minor,
            currency=currency,
            reference=reference,
            description=description,
            account=self._state.account_id,
            payee=PAYEE,
            br_code=code,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds),
            updated_at=now,
            payer=payer,
            kind=kind,
            save_card=save_card,
            card_id=card_id,
            return_url=return_url,
        )
        self._state.charges[charge_id] = self._pending[charge_id] = charge
        return charge

    def get(self, charge_id: str) -> Charge:
        """The charge, expired if its time has come. Raises Refusal 404."""
        self.expire_due()
        charge = self._state.charges.get(charge_id)
        if charge is None:
            raise Refusal(404, "unknown_charge", f"There is no charge {charge_id!r}.")
        return charge

    def find(self, *, reference: str | None = None, br_code: str | None = None) -> list[Charge]:
        """Charges that match what is given, oldest first."""
        self.expire_due()
        return [
            charge
            for charge in self._state.charges.values()
            if (reference is None or charge.reference == reference) and (br_code is None or (charge.br_code == br_code and br_code != ""))
        ]

    def pay(self, charge_id: str, amount_minor: int | None = None, payer: dict[str, str | None] | None = None) -> Payment:
        """One payer pays the code once: the asked amount (bent by the knob), or exactly `amount_minor`.

        A code already paid takes a second payment, an expired one a late payment (knob `late_payment`), as banks do.
        Without a payer it is the one that the charge names, whom the bank knows by the document or the name. Raises Refusal 404,
        409 when the code no longer takes money.
        """
        charge, knobs = self.get(charge_id), self._state.knobs
        if charge.kind == CARD and charge.status != PENDING:
            raise Refusal(409, f"charge_{charge.status}", f"The charge is {charge.status}; a card pays only a pending one.")
        if charge.settling is None and charge.cancelled and not knobs.pay_after_cancel:
            raise Refusal(409, "charge_cancelled", "The charge was cancelled; its code takes no money.")
        if charge.settling is None and charge.expired and not charge.cancelled and not knobs.late_payment:
            raise Refusal(409, "charge_expired", "The charge expired; its code takes no money (knob late_payment).")
        if amount_minor is None:
            amount_minor = min(max(1, charge.amount_minor + knobs.wrong_amount_minor), MAX_AMOUNT_MINOR)
        now = self._touch(charge)
        payment = Payment(
            id=new_id("pay"),
            amount_minor=amount_minor,
            paid_at=now,
            end_to_end_id=end_to_end_id(now),
            fee_minor=(amount_minor * knobs.charge_fee_basis_points + 5_000) // 10_000,
            payer=payer or pix_payer(charge.payer or {}),
        )
        charge.payments.append(payment)
        self._pending.pop(charge.id, None)
        self._account.post("charge", charge.id, charge.reference, amount_minor, payment.id)
        self._account.post("fee", charge.id, charge.reference, -payment.fee_minor, payment.id)
        self._announce("charge.paid", charge)
        return payment

    def cancel(self, charge_id: str) -> Charge:
        """Closes the code for good; once cancelled it stays so. Raises Refusal 404, 409 `already_paid`."""
        charge = self.get(charge_id)
        if charge.settling is not None:
            raise Refusal(409, "already_paid", "The charge was paid before it could be cancelled.")
        if charge.status != CANCELLED:
            charge.cancelled = True
            self._pending.pop(charge.id, None)
            self._touch(charge)
            self._announce("charge.updated", charge)
        return charge

    def tried(self, charge: Charge, one: CardTry) -> None:
        """Notes a try with a card that brought no money (yet)."""
        charge.card_tries.append(one)
        self.changed(charge)

    def changed(self, charge: Charge) -> None:
        """Notes that something beside a payment moved the charge."""
        self._touch(charge)
        self._announce("charge.updated", charge)

    def expire_due(self) -> None:
        """Lets every pending charge whose time has passed expire."""
        now = self._clock.now()
        for charge in list(self._pending.values()):
            if charge.expires_at <= now:
                charge.expired = True
                del self._pending[charge.id]
                self._touch(charge)
                self._announce("charge.updated", charge)

    def next_expiry_at(self) -> datetime | None:
        """When the next pending charge expires."""
        return min((charge.expires_at for charge in self._pending.values()), default=None)

    def _touch(self, charge: Charge) -> datetime:
        # The clock may be set back: the order of a charge's changes is kept all the same.
        charge.updated_at = max(self._clock.now(), charge.updated_at + timedelta(milliseconds=1))
        return charge.updated_at


def pix_payer(named: dict[str, str]) -> dict[str, str | None]:
    """Who paid a code: the account at the payer's bank, which belongs to one document."""
    document = re.sub(r"[^0-9A-Za-z]", "", named.get("document", "")).upper()
    mark = hashlib.sha256(f"pix|{document or named.get('name', '')}".encode()).hexdigest()[:32]
    return {"document": document or None, "fingerprint": f"fp_{mark}"}
