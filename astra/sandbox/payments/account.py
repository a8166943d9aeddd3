"""The account's money: every movement is a line, and the balance is their sum."""

from __future__ import annotations

from .body import CURRENCY
from .clock import Clock
from .ids import new_id
from .refusal import Refusal
from .state import State
from .statement import Line


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
            self._state.lines.append(Line(new_id("ln"), kind, ref, reference, amount_minor, self._clock.now(), payment_id))

    def lines_after(self, line_id: str | None, limit: int) -> tuple[list[Line], bool]:
        """Up to `limit` lines after the named one, oldest first, and whether more follow. Raises Refusal 404."""
        start = 0
        if line_id is not None:
            positions = [n for n, line in enumerate(self._state.lines) if line.line_id == line_id]
            if not positions:
                raise Refusal(404, "unknown_line", f"There is no statement line {line_id!r}.")
            start = positions[0] + 1
        lines = self._state.lines[start : start + limit]
        return lines, start + limit < len(self._state.lines)

    def public(self) -> dict[str, object]:
        """The account as the API shows it."""
        return {
            "id": self._state.account_id,
            "currency": CURRENCY,
            "balance_minor": self.balance_minor,
            "held_minor": self.held_minor,
        }
