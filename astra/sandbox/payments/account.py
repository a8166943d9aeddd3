"""The account's money: every movement is a line, and the balance is their sum."""

from __future__ import annotations

from .body import CURRENCY
from .clock import Clock
from .ids import new_id
from .refusal import Refusal
from .state import State
from .statement import ALTERED, DIFFERENCES, EXTRA, MISSING, Line


class Account:
    """Posts lines and answers what is there and what is free."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._balance_minor = sum(line.amount_minor for line in state.lines)

    @property
    def balance_minor(self) -> int:
        """The sum of all lines, in centavos."""
        return self._balance_minor

    @property
    def held_minor(self) -> int:
        """Promised to payouts and refunds that have not settled, fees included."""
        payouts = sum(p.amount_minor + p.fee_minor for p in self._state.payouts.values() if p.status == "processing")
        return payouts + sum(r.amount_minor for r in self._state.refunds.values() if r.status == "pending")

    def require(self, amount_minor: int) -> None:
        """Raises Refusal 422 `insufficient_balance` if less than `amount_minor` is free."""
        free = self.balance_minor - self.held_minor
        if free < amount_minor:
            raise Refusal(422, "insufficient_balance", f"{amount_minor} wanted, {free} free. Nothing was moved.", free_minor=free)

    def post(self, kind: str, ref: str, reference: str, amount_minor: int, payment_id: str | None = None) -> None:
        """Writes one signed line; zero writes none (a fee of nothing is not a movement)."""
        if amount_minor:
            self._balance_minor += amount_minor
            line = Line(new_id("ln"), kind, ref, reference, amount_minor, self._clock.now(), payment_id)
            self._state.lines.append(line)
            self._misbehave(line)

    def differ(self, kind: str, line_id: str | None = None, amount_minor: int | None = None) -> Line:
        """Lets the API's statement differ from the books: `missing` hides a line, `altered` tells another amount,
        `extra` invents one. Without a line the newest honest one is taken. The balance stays as it is.

        Raises Refusal 404, 409 `no_line`, 422.
        """
        if kind not in DIFFERENCES:
            raise Refusal(422, "invalid_field", f"kind is one of {', '.join(DIFFERENCES)}.", field="kind")
        if kind == EXTRA:
            line = Line(new_id("ln"), "charge", new_id("ch"), "", 0, self._clock.now(), None, EXTRA, amount_minor or 1000)
            self._state.lines.append(line)
            return line
        honest = [line for line in self._state.lines if not line.difference and line_id in (None, line.line_id)]
        if not honest:
            raise Refusal(409, "no_line", "There is no such line that is still told as it is. Nothing was changed.")
        line = honest[-1]
        line.difference = kind
        line.told_minor = line.amount_minor + 1 if amount_minor is None else amount_minor
        return line

    def differences(self) -> list[Line]:
        """The lines that the API tells wrongly, oldest first."""
        return [line for line in self._state.lines if line.difference and (line.amount_minor or line.difference != MISSING)]

    def be_honest(self) -> int:
        """Takes every difference back; how many there were."""
        found = self.differences()
        for line in found:
            # An invented line stays as a hidden one: a reader may hold it as the last that he has read.
            line.difference, line.told_minor = MISSING if line.difference == EXTRA else "", 0
        return len(found)

    def _misbehave(self, line: Line) -> None:
        """The knobs of the statement, each for so many next lines."""
        knobs = self._state.knobs
        for kind, name in ((MISSING, "statement_missing"), (ALTERED, "statement_altered"), (EXTRA, "statement_extra")):
            left = getattr(knobs, name)
            if left and not (kind == ALTERED and line.difference):
                setattr(knobs, name, left - 1)
                self.differ(kind, line.line_id)

    def lines_after(self, line_id: str | None, limit: int) -> tuple[list[Line], bool]:
        """Up to `limit` lines after the named one, oldest first, and whether more follow. Raises Refusal 404."""
        start = 0
        if line_id is not None:
            positions = [n for n, line in enumerate(self._state.lines) if line.line_id == line_id]
            if not positions:
                raise Refusal(404, "unknown_line", f"There is no statement line {line_id!r}.")
            start = positions[0] + 1
        told = [line for line in self._state.lines[start:] if line.difference != MISSING]
        return told[:limit], limit < len(told)

    def public(self) -> dict[str, object]:
        """The account as the API shows it."""
        return {
            "id": self._state.account_id,
            "currency": CURRENCY,
            "balance_minor": self.balance_minor,
            "held_minor": self.held_minor,
        }
