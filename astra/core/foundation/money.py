"""Amounts of money: whole minor units beside a currency, never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (centavos) of one currency (ISO 4217)."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount_minor, int) or isinstance(self.amount_minor, bool):
            raise TypeError("Money is counted in whole minor units.")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other).amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other).amount_minor, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added.")
        return other


def fee(amount_minor: int, basis_points: int) -> int:
    """The share of an amount, in minor units, rounded half up. Raises ValueError for negative input."""
    if amount_minor < 0 or basis_points < 0:
        raise ValueError("A fee is taken of an amount that is not negative.")
    return (amount_minor * basis_points + BASIS_POINTS // 2) // BASIS_POINTS


def spread(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Splits an amount over weights by largest remainder; the parts add up to the amount exactly.

    Ties go to the earlier part. Raises ValueError when there is nothing to spread over.
    """
    total = sum(weights)
    if total <= 0 or amount_minor < 0 or min(weights) < 0:
        raise ValueError("There is nothing to spread the amount over.")
    parts = [amount_minor * weight // total for weight in weights]
    remainders = [amount_minor * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    for at in order[: amount_minor - sum(parts)]:
        parts[at] += 1
    return parts


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    """The amount in major units, exactly."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))


def format_money(amount_minor: int, currency: str, locale: str = "pt_BR") -> str:
    """The amount as people of a locale write it, with a real minus sign: ``−R$ 2,57``."""
    text: str = format_currency(to_decimal(abs(amount_minor), currency), currency, locale=locale.replace("-", "_"))
    return f"\N{MINUS SIGN}{text}" if amount_minor < 0 else text
