"""Paying by card: the numbers that this provider knows, the holder's bank that asks back (3-D Secure), and cards that are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .charge import APPROVED, CARD, CHALLENGE, CHALLENGE_FAILED, DECLINED, PENDING, CardTry, Charge
from .charges import Charges
from .clock import Clock
from .ids import new_id
from .refusal import Refusal
from .saved_card import SavedCard
from .state import State


@dataclass(frozen=True)
class KnownCard:
    """A number and what comes of it. No bank hands out numbers that begin like these."""

    number: str
    outcome: str
    about: str  # English; names the Portuguese text
    decline_code: str | None = None
    declines_later: str | None = None  # the code, when it is kept and charged without its holder

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
    KnownCard("4000999900000063", APPROVED, "Approved now, declined when it is charged again", None, "insufficient_limit"),
    KnownCard("4000999900000071", APPROVED, "Approved now, asks the holder when it is charged again", None, "authentication_required"),
)
GOOD_FOR_YEARS = 5


class Cards:
    """The verbs of cards over the charges."""

    def __init__(self, state: State, clock: Clock, charges: Charges) -> None:
        self._state = state
        self._clock = clock
        self._charges = charges

    def pay(self, charge_id: str, number: str) -> Charge:
        """Tries a test card. Approved: the charge is paid. Otherwise it stays pending and may be tried again.

        Raises Refusal 404, 409 when the charge takes no card (any more), 422 `unknown_card` for another number.
        """
        charge = self._open(charge_id)
        card = known("".join(number.split()))
        if card is None:
            raise Refusal(422, "unknown_card", "Only the test cards of the page are known. Nothing was paid.", field="number")
        if charge.challenge is not None:
            charge.challenge.outcome = CHALLENGE_FAILED  # the holder began anew
        one = CardTry(new_id("try"), card.number[-4:], card.outcome, self._clock.now(), card.decline_code)
        if card.outcome == APPROVED:
            charge.card_tries.append(one)
            self._take(charge, card)
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
            self._take(charge, next(card for card in CARDS if card.number.endswith(one.last4)))
        else:
            one.outcome, one.decline_code = CHALLENGE_FAILED, "authentication_failed"
            self._charges.changed(charge)
        return charge

    def charge_kept(self, charge: Charge) -> None:
        """Tries the kept card that a new charge names, without its holder. Declined, the charge stays pending: its page takes another."""
        saved, knobs = self.saved(charge.card_id), self._state.knobs
        card = known(saved.number)
        assert card is not None, "only known numbers are kept"
        code = card.declines_later
        if knobs.saved_card_declines > 0:
            knobs.saved_card_declines -= 1
            code = code or "insufficient_limit"
        if code is not None:
            self._charges.tried(charge, CardTry(new_id("try"), saved.last4, DECLINED, self._clock.now(), code))
            return
        charge.card_tries.append(CardTry(new_id("try"), saved.last4, APPROVED, self._clock.now()))
        self._charges.pay(charge.id, charge.amount_minor, payer=_payer(saved))

    def saved(self, card_id: str) -> SavedCard:
        """A kept card. Raises Refusal 404 for one that is not there or was removed."""
        found = self._state.cards.get(card_id)
        if found is None or found.removed_at is not None:
            raise Refusal(404, "unknown_saved_card", f"There is no card {card_id!r}. Nothing was charged.")
        return found

    def remove(self, card_id: str) -> SavedCard:
        """Forgets a card: it is charged no more. Removing it again changes nothing. Raises Refusal 404."""
        found = self._state.cards.get(card_id)
        if found is None:
            raise Refusal(404, "unknown_saved_card", f"There is no card {card_id!r}. Nothing was changed.")
        found.removed_at = found.removed_at or self._clock.now()
        return found

    def _take(self, charge: Charge, card: KnownCard) -> None:
        """The money comes; the card is kept if the shop asked for it."""
        now = self._clock.now()
        mark = hashlib.sha256(f"{self._state.account_id}|{card.number}".encode()).hexdigest()[:32]
        saved = SavedCard(new_id("card"), card.number, f"fp_{mark}", f"{now.year + GOOD_FOR_YEARS}-12", now)
        if charge.save_card:
            self._state.cards[saved.id] = saved
            charge.kept_card = saved.public()
        self._charges.pay(charge.id, charge.amount_minor, payer=_payer(saved))

    def _open(self, charge_id: str) -> Charge:
        charge = self._charges.get(charge_id)
        if charge.kind != CARD:
            raise Refusal(409, "not_a_card_charge", "This charge is paid by its PIX code, not by card.")
        if charge.status != PENDING:
            raise Refusal(409, f"charge_{charge.status}", f"The charge is {charge.status}; a card pays only a pending one.")
        return charge


def known(number: str) -> KnownCard | None:
    """The test card of a number."""
    return next((one for one in CARDS if one.number == number), None)


def _payer(card: SavedCard) -> dict[str, str | None]:
    return {"document": None, "fingerprint": card.fingerprint}
