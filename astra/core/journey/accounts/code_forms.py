"""Forms that take a code: counted by the database before the code is looked at."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, count_attempt, forgive_attempt
from astra.core.journey.accounts.known_browser import known_as


class _Counted:
    """Counts each code against the person, and apart for a browser of his own: whoever else knows the password keeps him out nowhere."""

    user: Any
    kind = "code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")  # type: ignore[attr-defined]
        self.fields["code"].widget.attrs.pop("placeholder", None)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """The code when it is right. Raises ValidationError."""
        whom = f"{self.user.pk} {known_as(context.request, self.user.pk, self.user.session_epoch)}".strip()
        if not count_attempt(self.kind, whom, PER_ACCOUNT):
            raise get_adapter().validation_error("too_many_codes")
        code: str = super().clean_code()  # type: ignore[misc]
        forgive_attempt(self.kind, whom)
        return code


class SignInCode(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The second step of signing in."""


class ConfirmCode(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """Proving to be there, from inside: counted apart, so that guessing at the door does not disturb it."""

    kind = "confirm_code"


class FirstCode(_Counted, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    kind = "first_code"
