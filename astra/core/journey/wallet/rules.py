"""The withdrawal policy in force."""

import datetime
from dataclasses import dataclass

from astra.core.journey.wallet.models import WithdrawalPolicy


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """Days that a sale is pending, hours until a new key may be used, smallest withdrawal and its fee in minor units."""

    hold_days: int
    key_cooldown_hours: int
    minimum_minor: int
    fee_minor: int
    since: datetime.datetime | None = None


# In force until the operator sets others: a payer's bank may take a PIX back for days.
PRUDENT = PolicyFacts(hold_days=7, key_cooldown_hours=24, minimum_minor=1000, fee_minor=0)


def policy() -> PolicyFacts:
    """The rules in force now."""
    row = WithdrawalPolicy.objects.order_by("-id").first()
    if row is None:
        return PRUDENT
    return PolicyFacts(row.hold_days, row.key_cooldown_hours, row.minimum_minor, row.fee_minor, row.created_at)
