"""Puts a written letter on its way, in the transaction of what it tells."""

import json
import uuid

from django.db import transaction

from astra.core.foundation.ids import new_id
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sealing.own import seal_own
from astra.core.journey.accounts.letter import Written
from astra.core.journey.accounts.models import PostedLetter


def post_letter(*, address: str, topic: str, written: Written, user_id: uuid.UUID | None = None, key: str = "") -> bool:
    """Keeps a letter and defers the job that sends it; both exist if, and only if, the transaction commits.

    ``key`` names the occasion: a second letter with it is not written. Returns whether one was.
    """
    letter_id = new_id()
    words = json.dumps({"subject": written.subject, "text": written.text, "html": written.html})
    row = PostedLetter(
        id=letter_id,
        key=key or None,
        user_id=user_id,
        address=address,
        topic=topic,
        sealed=seal_own(words, cell=cell_of(letter_id)),
    )
    with transaction.atomic():
        PostedLetter.objects.bulk_create([row], ignore_conflicts=True)
        if key and not PostedLetter.objects.filter(id=letter_id).exists():
            return False
        enqueue("accounts.send_letter", letter_id=letter_id)
    return True


def cell_of(letter_id: uuid.UUID) -> str:
    """Where a letter's words lie, for their seal."""
    return f"accounts_posted_letter|{letter_id}|sealed"
