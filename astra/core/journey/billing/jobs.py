"""Jobs of billing: thin, with ids for arguments."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.billing.actions import send_reminder as reminder
from astra.core.journey.billing.actions import turn as time


@job("billing.send_reminder")
def send_reminder(*, seller_id: str, reminder_id: str, **_: Any) -> None:
    """Sends one letter of the ladder."""
    reminder.send_reminder(seller_id=uuid.UUID(seller_id), reminder_id=uuid.UUID(reminder_id))


@job("billing.record_decline")
def record_decline(*, seller_id: str, purpose_kind: str, **_: Any) -> None:
    """Looks at the subscription at once when a card was declined; lost, the sweep does it ten minutes later."""
    if purpose_kind == "plan":
        time.turn(seller_id=uuid.UUID(seller_id))
