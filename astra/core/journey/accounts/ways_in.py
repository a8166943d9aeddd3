"""The ways in which a person gets into the account. The last one cannot be taken away."""

import uuid
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.journey.accounts.models import User


class OnlyWayIn(Failure):
    """Without it nobody could sign in to the account any more."""

    label = "only_way_in"
    text = _("It is your only way in, so it stays. First set a password or add another way, then take this one away.")


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What opens an account by itself. An authenticator app does not: it comes after one of these."""

    password: bool
    discord: bool
    passkeys: int

    @property
    def count(self) -> int:
        """How many there are."""
        return self.password + self.discord + self.passkeys


def ways_in(user_id: uuid.UUID, *, hold: bool = False) -> WaysIn:
    """How a person gets in. With ``hold``, inside a transaction: nobody else takes a way away until it ends."""
    people = User.objects.select_for_update() if hold else User.objects
    user = people.get(id=user_id)
    return WaysIn(
        user.has_usable_password(),
        SocialAccount.objects.filter(user_id=user_id).exists(),
        Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN).count(),
    )
