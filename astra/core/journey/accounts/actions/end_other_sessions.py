"""Everybody who is signed in as this person is signed out."""

import uuid

from django.db.models import F

from astra.core.journey.accounts.models import User


def end_other_sessions(*, user_id: uuid.UUID) -> int:
    """Ends every session of a person at once, known to the list or not, and returns the new epoch.

    A session carries a hash over password and epoch; after this no earlier one matches. The surface renews the session that
    asked for it (``update_session_auth_hash``) when that one shall stay.
    """
    User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)
    return User.objects.values_list("session_epoch", flat=True).get(id=user_id)
