"""Allauth's questions about signing in, answered."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """A person with a second factor confirms by it: a password alone is what the factor is there to outlive."""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways in which a signed-in person proves to be there, the first one is the usual one."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and has_second_factor(user):
            return [one for one in methods if one["id"].startswith("mfa_")]
        return methods


def has_second_factor(user: Any) -> bool:
    """Whether a person has a factor besides the password; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
