"""What payments tells the rest of the journey."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class ChargeIntended(Event):
    """A charge was written down and is to be made at the provider."""

    charge_id: uuid.UUID


@dataclass(frozen=True)
class ChargeReady(Event):
    """The provider made the charge: it has a code that can be paid."""

    charge_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID


@dataclass(frozen=True)
class ChargeDeclined(Event):
    """A card was tried in vain. The charge can still be paid on its page."""

    charge_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID


@dataclass(frozen=True)
class CardRemoved(Event):
    """A kept card is charged no more; the provider is to forget it."""

    card_id: uuid.UUID


@dataclass(frozen=True)
class ChargeFailed(Event):
    """No code will come of this charge. Nobody can have paid it."""

    charge_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID


@dataclass(frozen=True)
class PaymentParked(Event):
    """Money came that does not settle its charge; it is kept apart and goes back unless it is accepted."""

    payment_id: uuid.UUID
    charge_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID
    reason: str


@dataclass(frozen=True)
class RefundRequested(Event):
    """A refund was written down and is to be asked of the provider."""

    refund_id: uuid.UUID


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """The money of a payment, or part of it, went back to the payer."""

    payment_id: uuid.UUID
    refund_id: uuid.UUID


@dataclass(frozen=True)
class RefundFailed(Event):
    """The provider refused a refund for good: a person has to look."""

    payment_id: uuid.UUID
    refund_id: uuid.UUID


@dataclass(frozen=True)
class PayoutIntended(Event):
    """A payout was written down and is to be sent."""

    payout_id: uuid.UUID


@dataclass(frozen=True)
class PayoutMoved(Event):
    """A payout was paid, failed, came back, or its fate is unknown."""

    payout_id: uuid.UUID
    outcome: str
