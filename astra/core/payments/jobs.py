"""Jobs of payments: thin, and safe to run twice or never (the sweeps find what they leave)."""

import uuid

from astra.core.foundation.failure import Failure
from astra.core.foundation.jobs import job
from astra.core.payments.actions import cancel_charge as cancel
from astra.core.payments.actions import keep_card as card
from astra.core.payments.actions import read_inbox as inbox
from astra.core.payments.actions import read_payout as payout_reading
from astra.core.payments.actions import send_charge as charge
from astra.core.payments.actions import send_payout as payout
from astra.core.payments.actions import send_refund as refund
from astra.core.payments.actions import take_reading as reading


@job("payments.send_charge")
def send_charge(seller_id: str, charge_id: str, **_: str) -> None:
    """Makes a charge at the provider."""
    charge.send_charge(seller_id=uuid.UUID(seller_id), charge_id=uuid.UUID(charge_id))


@job("payments.cancel_charge")
def cancel_charge(seller_id: str, charge_id: str, **_: str) -> None:
    """Closes a charge that was replaced by another; one that was paid meanwhile is applied or parked as always."""
    cancel.cancel_charge(seller_id=uuid.UUID(seller_id), charge_id=uuid.UUID(charge_id))


@job("payments.forget_card")
def forget_card(seller_id: str, card_id: str, **_: str) -> None:
    """Has the provider forget a removed card."""
    card.forget_card(seller_id=uuid.UUID(seller_id), card_id=uuid.UUID(card_id))


@job("payments.take_reading")
def take_reading(seller_id: str, charge_id: str, **_: str) -> None:
    """Reads a charge again. An outage is recorded in the row already: the janitor's next look is the retry."""
    try:
        reading.take_reading(seller_id=uuid.UUID(seller_id), charge_id=uuid.UUID(charge_id))
    except Failure as problem:
        if problem.permanent:
            raise


@job("payments.read_inbox", system=True)
def read_inbox(inbox_event_id: str, **_: str) -> None:
    """Understands a stored webhook."""
    inbox.read_inbox(inbox_event_id=uuid.UUID(inbox_event_id))


@job("payments.send_refund")
def send_refund(seller_id: str, refund_id: str, **_: str) -> None:
    """Sends a refund, or looks how it stands."""
    refund.send_refund(seller_id=uuid.UUID(seller_id), refund_id=uuid.UUID(refund_id))


# A payout's state forbids a second sending; a retry by the queue would only repeat the question.
@job("payments.send_payout", retries=1)
def send_payout(seller_id: str, payout_id: str, **_: str) -> None:
    """Sends a payout, once."""
    payout.send_payout(seller_id=uuid.UUID(seller_id), payout_id=uuid.UUID(payout_id))


@job("payments.read_payout")
def read_payout(seller_id: str, payout_id: str, **_: str) -> None:
    """Looks how a payout stands."""
    payout_reading.read_payout(seller_id=uuid.UUID(seller_id), payout_id=uuid.UUID(payout_id))
