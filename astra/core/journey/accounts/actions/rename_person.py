"""A person says how to be called."""

import uuid

from astra.core.journey.accounts.models import User


def rename_person(*, user_id: uuid.UUID, name: str) -> None:
    """Changes how screens call a person (80 letters at most)."""
    User.objects.filter(id=user_id).update(name=name[:80])
