"""What the wallet tells the others."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class WithdrawalRequested(Event):
    """A seller asked for money; the operator is to look."""

    withdrawal_id: uuid.UUID


@dataclass(frozen=True)
class WithdrawalMoved(Event):
    """A withdrawal was approved, rejected, cancelled, paid, or its payout failed, came back or is not answered."""

    withdrawal_id: uuid.UUID
    state: str


@dataclass(frozen=True)
class PayoutKeyChanged(Event):
    """A seller registered another PIX key."""

    payout_key_id: uuid.UUID
