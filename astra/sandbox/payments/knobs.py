"""How the provider misbehaves. Everything is off in the beginning."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from .refusal import Refusal

CHOICES = {
    "payout_outcome": ("paid", "failed", "returned", "unknown", "stuck"),
    "refund_outcome": ("succeeded", "pending", "failed"),
    "timeout_kind": ("504", "cut", "hang"),
}
LIMITS: dict[str, tuple[float, float]] = {
    "duplicates": (0, 10),
    "delay_seconds": (0, 3600),
    "loss": (0, 1),
    "wrong_amount_minor": (-(10**9), 10**9),
    "timeout_after_success": (0, 1000),
    "payout_delay_seconds": (0, 86_400),
    "refund_delay_seconds": (0, 86_400),
    "charge_fee_basis_points": (0, 10_000),
    "payout_fee_minor": (0, 10**6),
    "api_errors": (0, 1000),
    "api_error_status": (429, 599),
    "saved_card_declines": (0, 1000),
    "statement_missing": (0, 1000),
    "statement_altered": (0, 1000),
    "statement_extra": (0, 1000),
    "seed": (0, 2**31),
}


@dataclass
class Knobs:
    """The knobs, each with its resting value."""

    duplicates: int = 0  # further copies of every webhook
    delay_seconds: float = 0.0  # before the first try of a webhook
    reorder: bool = False  # webhooks of one moment go out last first
    loss: float = 0.0  # share of webhooks that are never sent
    wrong_amount_minor: int = 0  # added to what the payer pays: -1 is one centavo too little
    timeout_after_success: int = 0  # so many next writes are done and their answer is lost
    timeout_kind: str = "504"  # how an answer is lost: a 504, a cut connection, or silence
    payout_outcome: str = "paid"  # unknown: done, but the answer is lost; stuck: lost too, and nothing moves until a hand does
    payout_delay_seconds: float = 1.0
    refund_outcome: str = "succeeded"  # pending: settles after the delay
    refund_delay_seconds: float = 1.0
    late_payment: bool = True  # an expired code can still be paid
    pay_after_cancel: bool = False  # a cancelled code too (the payer's bank had read it before)
    saved_card_declines: int = 0  # so many next charges of a kept card are declined
    charge_fee_basis_points: int = 0  # 99 is 0,99 %
    payout_fee_minor: int = 0
    api_errors: int = 0  # so many next calls of the API are refused, and nothing is done
    api_error_status: int = 503
    statement_missing: int = 0  # so many next lines are not told by the API
    statement_altered: int = 0  # so many are told one centavo higher
    statement_extra: int = 0  # after so many stands one that never was
    seed: int = 0  # of the chances above

    def public(self) -> dict[str, Any]:
        """All knobs by name."""
        return asdict(self)

    def turn(self, wanted: dict[str, Any]) -> None:
        """Sets the named knobs and leaves the others; all or none. Raises Refusal 422 for a bad name or value."""
        known = {f.name: self.kind(f.name) for f in fields(self)}
        checked: dict[str, Any] = {}
        for name, value in wanted.items():
            if name not in known:
                raise Refusal(422, "unknown_knob", f"There is no knob {name!r}. Known: {', '.join(sorted(known))}.")
            checked[name] = self._check(name, known[name], value)
        for name, value in checked.items():
            setattr(self, name, value)

    @classmethod
    def kind(cls, name: str) -> type[int | float | str]:
        """The type of a knob's value."""
        return type(getattr(cls, name))

    @staticmethod
    def _check(name: str, kind: type, value: Any) -> Any:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        fits = isinstance(value, kind) and isinstance(value, bool) is (kind is bool)
        if not fits:
            raise Refusal(422, "invalid_knob", f"Knob {name} takes a value of type {kind.__name__}, not {value!r}.")
        if name in CHOICES and value not in CHOICES[name]:
            raise Refusal(422, "invalid_knob", f"Knob {name} is one of {', '.join(CHOICES[name])}.")
        if name in LIMITS:
            least, most = LIMITS[name]
            if not least <= value <= most:
                raise Refusal(422, "invalid_knob", f"Knob {name} lies between {least:g} and {most:g}.")
        return value
