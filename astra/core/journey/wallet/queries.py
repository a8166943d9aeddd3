"""What others may know of wallets and withdrawals. The statement is in ``statement.py``, the rules in ``rules.py``."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.accounts.models import Seller
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.wallet.machine import OPEN, State
from astra.core.journey.wallet.models import Earning, PayoutKey, Withdrawal, WithdrawalStep
from astra.core.journey.wallet.models.payout_key import KeyKind
from astra.core.journey.wallet.rules import PolicyFacts, policy
from astra.core.journey.wallet.statement import StatementLine, statement
from astra.core.ledger.kinds import AccountKind
from astra.core.ledger.queries import balances

__all__ = ["PolicyFacts", "StatementLine", "policy", "statement"]

NEXT_CLEARINGS = 5

STEP_TEXTS: "dict[str, Promise]" = {
    "request": _("Withdrawal asked"),
    "approve": _("Approved"),
    "reject": _("Refused"),
    "cancel": _("Cancelled by the seller"),
    "send": _("Handed to the bank"),
    "confirm": _("Paid"),
    "fail": _("Refused by the bank; the money is available again"),
    "lose": _("The bank has not answered; it is asked until it does"),
    "return": _("Sent back by the bank; the money is available again"),
}


@dataclass(frozen=True, slots=True)
class PayoutKeyFacts:
    """The PIX key in force, masked."""

    id: uuid.UUID
    kind: str
    masked: str
    usable_at: datetime.datetime
    registered_at: datetime.datetime

    @property
    def kind_word(self) -> "str | Promise":
        """How the kind is called."""
        return KeyKind(self.kind).label


@dataclass(frozen=True, slots=True)
class WalletFacts:
    """What is the seller's, in minor units, and where it is. ``next_clearing``: when how much of pending becomes available."""

    currency: str
    available_minor: int
    pending_minor: int
    held_minor: int
    in_withdrawal_minor: int
    debt_minor: int
    next_clearing: list[tuple[datetime.datetime, int]]
    payout_key: PayoutKeyFacts | None

    @property
    def total_minor(self) -> int:
        """All of it, less what is owed."""
        return self.available_minor + self.pending_minor + self.held_minor + self.in_withdrawal_minor - self.debt_minor


@dataclass(frozen=True, slots=True)
class WithdrawalStepFacts:
    """A step of a withdrawal; ``text`` says it to people."""

    at: datetime.datetime
    step: str
    text: "str | Promise"
    actor_kind: str
    actor_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawalFacts:
    """A withdrawal. ``amount_minor`` left the wallet, ``payout_minor`` is what the key gets."""

    id: uuid.UUID
    seller_id: uuid.UUID
    state: str
    amount_minor: int
    fee_minor: int
    currency: str
    key_masked: str
    reason: str
    requested_at: datetime.datetime
    settled_at: datetime.datetime | None
    payout_id: uuid.UUID | None
    seller_name: str = ""
    timeline: tuple[WithdrawalStepFacts, ...] = ()

    @property
    def payout_minor(self) -> int:
        """What arrives."""
        return self.amount_minor - self.fee_minor

    @property
    def is_open(self) -> bool:
        """Whether its money is still set apart."""
        return self.state in OPEN


def wallet(seller_id: uuid.UUID) -> WalletFacts:
    """The wallet now: its parts add up to what the book says is the seller's."""
    with acting_for(seller_id):
        currency = seller_facts(seller_id).currency
        found = balances(seller_id, currency)
        return WalletFacts(
            currency=currency,
            available_minor=found[AccountKind.WALLET_AVAILABLE],
            pending_minor=found[AccountKind.WALLET_PENDING],
            held_minor=found[AccountKind.WALLET_HELD],
            in_withdrawal_minor=found[AccountKind.WALLET_RESERVED],
            debt_minor=found[AccountKind.SELLER_DEBT],
            next_clearing=_next_clearing(seller_id, currency),
            payout_key=_key_in_force(seller_id),
        )


def withdrawals(seller_id: uuid.UUID, limit: int = 50) -> list[WithdrawalFacts]:
    """The withdrawals of a seller, newest first."""
    with acting_for(seller_id):
        return _facts(Withdrawal.objects.filter(seller_id=seller_id).order_by("-created_at", "-id")[:limit])


def withdrawal_facts(seller_id: uuid.UUID, withdrawal_id: uuid.UUID) -> WithdrawalFacts:
    """One withdrawal with its steps. Raises NotFound."""
    with acting_for(seller_id):
        found = _facts(Withdrawal.objects.filter(seller_id=seller_id, id=withdrawal_id), with_timeline=True)
    if not found:
        raise NotFound(withdrawal_id=str(withdrawal_id))
    return found[0]


def withdrawals_to_review() -> list[WithdrawalFacts]:
    """Every seller's withdrawals that wait for the operator, oldest first, with the sellers' names."""
    return _of_all_sellers([State.REQUESTED])


def withdrawals_under_way() -> list[WithdrawalFacts]:
    """Every seller's withdrawals that payments is sending, or of which the bank has not said what became, oldest first."""
    return _of_all_sellers([State.APPROVED, State.PROCESSING, State.UNKNOWN])


def _of_all_sellers(states: list[State]) -> list[WithdrawalFacts]:
    with as_system():
        return _facts(Withdrawal.objects.filter(state__in=states).order_by("created_at", "id"), with_seller=True)


def _facts(rows: "QuerySet[Withdrawal]", *, with_timeline: bool = False, with_seller: bool = False) -> list[WithdrawalFacts]:
    found = list(rows.select_related("payout_key"))
    ids = [row.id for row in found]
    steps: dict[uuid.UUID, list[WithdrawalStepFacts]] = {row_id: [] for row_id in ids}
    if with_timeline:
        for step in WithdrawalStep.objects.filter(withdrawal_id__in=ids).order_by("id"):
            text = STEP_TEXTS.get(step.step, step.step)
            steps[step.withdrawal_id].append(
                WithdrawalStepFacts(step.created_at, step.step, text, step.actor_kind, step.actor_id, step.reason)
            )
    names: dict[uuid.UUID, str] = {}
    if with_seller:
        names = dict(Seller.objects.filter(id__in={row.seller_id for row in found}).values_list("id", "name"))
    return [
        WithdrawalFacts(
            row.id,
            row.seller_id,
            row.state,
            row.amount_minor,
            row.fee_minor,
            row.currency,
            row.payout_key.masked,
            row.reason,
            row.created_at,
            row.settled_at,
            row.payout_id,
            names.get(row.seller_id, ""),
            tuple(steps[row.id]),
        )
        for row in found
    ]


def _next_clearing(seller_id: uuid.UUID, currency: str) -> list[tuple[datetime.datetime, int]]:
    zone = timezone.get_current_timezone()
    days: dict[datetime.date, tuple[datetime.datetime, int]] = {}
    pending = Earning.objects.filter(seller_id=seller_id, currency=currency, cleared_at=None).order_by("clears_at")
    for clears_at, amount in pending.values_list("clears_at", "amount_minor"):
        day = clears_at.astimezone(zone).date()
        first, total = days.get(day, (clears_at, 0))
        days[day] = (first, total + amount)
    return list(days.values())[:NEXT_CLEARINGS]


def _key_in_force(seller_id: uuid.UUID) -> PayoutKeyFacts | None:
    row = PayoutKey.objects.filter(seller_id=seller_id, replaced_at=None).first()
    return PayoutKeyFacts(row.id, row.kind, row.masked, row.usable_at, row.created_at) if row else None
