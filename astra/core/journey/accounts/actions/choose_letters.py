"""A person says which letters to get."""

import uuid
from collections.abc import Iterable

from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.topics import ALWAYS, Topic


def choose_letters(*, user_id: uuid.UUID, wanted: Iterable[str]) -> None:
    """Keeps what a person does not want to be told about: every topic that is not ``wanted``. Security and account are always sent."""
    chosen = set(wanted)
    unwanted = [topic.value for topic in Topic if topic not in ALWAYS and topic.value not in chosen]
    User.objects.filter(id=user_id).update(unwanted_letters=unwanted)
