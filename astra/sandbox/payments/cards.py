"""Paying by card: the numbers that this provider knows, and the holder's bank that asks back (3-D Secure)."""

from __future__ import annotations

from dataclasses import dataclass

from .charge import APPROVED, CARD, CHALLENGE, CHALLENGE_FAILED, DECLINED, PENDING, CardTry, Charge
from .charges import Charges
from .clock import Clock
from .ids import new_id
from .refusal import Refusal


@dataclass(frozen=True)
class KnownCard:
    """A number and what comes of it. No bank hands out numbers that begin like these."""

    number: str
    outcome: str
    about: str  # English; names the Portuguese text
    decline_code: str | None = None

    @property
    def spaced(self) -> str:
        """The number in groups of four."""
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


CARDS = (
    KnownCard("4000999900000014", APPROVED, "Approved at once"),
    KnownCard("4000999900000022", CHALLENGE, "The holder's bank asks back (3-D Secure)"),
    KnownCard("4000999900000030", DECLINED, "Declined by the bank", "do_not_honor"),
    KnownCard("4000999900000048", DECLINED, "Declined: no limit left", "insufficient_limit"),
    KnownCard("4000999900000055", DECLINED, "Declined: the card has expired", "expired_card"),
)


class Cards:
    """The verbs of cards over the charges."""

    def __init__(self, clock: Clock, charges: Charges) -> None:
        self._clock = clock
        self._charges = charges

    def pay(self, charge_id: str, number: str) -> Charge:
        """Tries a test card. Approved: the charge is paid. Otherwise it stays pending and may be tried again.

        Raises Refusal 404, 409 when the charge takes no card (any more), 422 `unknown_card` for another number.
        """
        charge = self._open(charge_id)
        card = next((one for one in CARDS if one.number == "".join(number.split())), None)
        if card is None:
            raise Refusal(422, "unknown_card", "Only the test cards of the page are known. Nothing was paid.", field="number")
        if charge.challenge is not None:
            charge.challenge.outcome = CHALLENGE_FAILED  # the holder began anew
        one = CardTry(new_id("try"), card.number[-4:], card.outcome, self._clock.now(), card.decline_code)
        if card.outcome == APPROVED:
            charge.card_tries.append(one)
            self._charges.pay(charge.id, charge.amount_minor)
        else:
            self._charges.tried(charge, one)
        return charge

    def answer_challenge(self, charge_id: str, *, passed: bool) -> Charge:
        """The holder says yes or no at his bank. Raises Refusal 404, 409 `no_challenge`."""
        charge = self._open(charge_id)
        one = charge.challenge
        if one is None:
            raise Refusal(409, "no_challenge", "No bank waits for an answer to this charge. Nothing was changed.")
        if passed:
            one.outcome = APPROVED
            self._charges.pay(charge.id, charge.amount_minor)
        else:
            one.outcome, one.decline_code = CHALLENGE_FAILED, "authentication_failed"
            self._charges.changed(charge)
        return charge

    def _open(self, charge_id: str) -> Charge:
        charge = self._charges.get(charge_id)
        if charge.kind != CARD:
            raise Refusal(409, "not_a_card_charge", "This charge is paid by its PIX code, not by card.")
        if charge.status != PENDING:
            raise Refusal(409, f"charge_{charge.status}", f"The charge is {charge.status}; a card pays only a pending one.")
        return charge
