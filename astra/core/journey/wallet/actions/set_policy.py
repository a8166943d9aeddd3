"""The operator changes the rules of withdrawals."""

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.journey.wallet.models import WithdrawalPolicy


class BadPolicy(Failure):
    """The rules make no sense together. Nothing was changed."""

    label = "bad_policy"
    text = _("The smallest withdrawal must be above the fee, and no number below zero. Nothing was changed.")


def set_policy(*, hold_days: int, key_cooldown_hours: int, minimum_minor: int, fee_minor: int, actor: Actor) -> None:
    """Puts new rules in force for sales, keys and withdrawals from now on; what was promised before stays. Raises BadPolicy."""
    if min(hold_days, key_cooldown_hours, minimum_minor, fee_minor) < 0 or (fee_minor and minimum_minor <= fee_minor):
        raise BadPolicy
    WithdrawalPolicy.objects.create(
        hold_days=hold_days,
        key_cooldown_hours=key_cooldown_hours,
        minimum_minor=minimum_minor,
        fee_minor=fee_minor,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
