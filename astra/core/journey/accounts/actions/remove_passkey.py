"""A passkey no longer opens the account."""

import uuid

from allauth.mfa.models import Authenticator
from django.db import transaction

from astra.core.journey.accounts.ways_in import OnlyWayIn, ways_in


def remove_passkey(*, user_id: uuid.UUID, passkey_id: int) -> None:
    """Takes a passkey away, and the recovery codes when it was the last second factor.

    Raises OnlyWayIn when nothing else would open the account, Authenticator.DoesNotExist for one of somebody else.
    """
    with transaction.atomic():
        known = ways_in(user_id, hold=True)
        mine = Authenticator.objects.filter(user_id=user_id)
        found = mine.get(pk=passkey_id, type=Authenticator.Type.WEBAUTHN)
        if known.count < 2:
            raise OnlyWayIn
        found.delete()
        if not mine.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            mine.delete()
