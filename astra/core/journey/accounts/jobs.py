"""Jobs of accounts: thin, with ids for arguments."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.accounts.actions import send_letter as letter


@job("accounts.send_letter", retries=1, system=True)
def send_letter(*, letter_id: str, **_: Any) -> None:
    """Sends one letter; the sweep tries again what a mail server did not take."""
    letter.send_letter(letter_id=uuid.UUID(letter_id))
