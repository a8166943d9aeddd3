"""A Discord account no longer opens the account here."""

import uuid

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from astra.core.journey.accounts.ways_in import OnlyWayIn, ways_in


def unlink_discord(*, user_id: uuid.UUID) -> bool:
    """Takes the link away; False when there was none. Raises OnlyWayIn when nothing else would open the account."""
    with transaction.atomic():
        known = ways_in(user_id, hold=True)
        if not known.discord:
            return False
        if known.count < 2:
            raise OnlyWayIn
        SocialAccount.objects.filter(user_id=user_id).delete()
    return True
