"""The operator decides when a suspended shop is archived."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.journey.billing.models import BillingPolicy

LEAST_DAYS: Final = 7
MOST_DAYS: Final = 730


class BadArchiveDays(Failure):
    """Too soon to be fair, or too late to mean anything."""

    label = "bad_archive_days"
    text = _("A suspended shop is archived after 7 to 730 days. Nothing was changed.")


def set_policy(*, archive_days: int, actor: Actor) -> None:
    """Puts a new rule in force, for shops that are suspended already, too. Raises BadArchiveDays."""
    if not LEAST_DAYS <= archive_days <= MOST_DAYS:
        raise BadArchiveDays
    BillingPolicy.objects.create(archive_days=archive_days, actor_kind=actor.kind, actor_id=actor.id)
