"""Jobs of accounts: thin, with ids for arguments."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.accounts.actions import close_seller as closing
from astra.core.journey.accounts.actions import make_export as export
from astra.core.journey.accounts.actions import send_letter as letter


@job("accounts.send_letter", retries=1, system=True)
def send_letter(*, letter_id: str, **_: Any) -> None:
    """Sends one letter; the sweep tries again what a mail server did not take."""
    letter.send_letter(letter_id=uuid.UUID(letter_id))


@job("accounts.make_export", retries=1)
def make_export(*, seller_id: str, export_id: str, **_: Any) -> None:
    """Makes one export; the sweep tries again what was cut off."""
    export.make_export(seller_id=uuid.UUID(seller_id), export_id=uuid.UUID(export_id))


@job("accounts.close_seller", retries=1)
def close_seller(*, seller_id: str, **_: Any) -> None:
    """The next step of a seller who leaves; the sweep asks again until the end."""
    closing.close_seller(seller_id=uuid.UUID(seller_id))
