"""Forms that take what a passkey answered: counted by the database before it is weighed, and refused in one sentence."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, PER_ADDRESS, count_attempt, forgive_attempt
from astra.core.journey.accounts.known_browser import known_as

LONGEST_NAME = 60
# What the library raises for an answer that no device ever gave: JSON of another shape, broken CBOR, keys of no curve.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, OverflowError, struct.error, NotImplementedError)


def _refused() -> ValidationError:
    return get_adapter().validation_error("passkey_refused")


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    """Takes ``name`` and the device's ``credential``. It opens the account by itself, so the device must have seen its owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless")
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].max_length = LONGEST_NAME
        self.fields["name"].widget.attrs["maxlength"] = str(LONGEST_NAME)

    def clean_name(self) -> str:
        """The name, cut to its length; one of ours when it is empty."""
        name: str = super().clean_name()
        return name.strip()[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        """Weighs the credential. Raises ValidationError."""
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, *UNREADABLE):
            raise _refused() from None
        return cleaned


class NameOfPasskey(EditWebAuthnForm):  # type: ignore[misc]
    """Takes ``name``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].widget.attrs["maxlength"] = str(LONGEST_NAME)

    def clean_name(self) -> str:
        """The name, cut to its length."""
        name: str = self.cleaned_data["name"]
        return name.strip()[:LONGEST_NAME]


class _Counted:
    """Counts each answer. Nobody can guess a key; counting bounds what strangers make the server compute."""

    user: Any
    kind = "passkey"

    def clean_credential(self) -> Any:
        """The passkey that answered. Raises ValidationError."""
        whom, limit = self._counted()
        if not count_attempt(self.kind, whom, limit):
            raise get_account_adapter().validation_error("too_many_passkeys")
        try:
            found = super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *UNREADABLE):
            raise _refused() from None
        forgive_attempt(self.kind, whom)
        return found

    def _counted(self) -> tuple[str, int]:
        return f"{self.user.pk} {known_as(context.request, self.user.pk, self.user.session_epoch)}".strip(), PER_ACCOUNT


class SignInByPasskey(_Counted, LoginWebAuthnForm):  # type: ignore[misc]
    """The only step of signing in. Counted by network address: who it is, only the answer says."""

    kind = "passkey_address"

    def _counted(self) -> tuple[str, int]:
        return get_account_adapter().get_client_ip(context.request), PER_ADDRESS


class SecondStepByPasskey(_Counted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, after a password or Discord."""


class ConfirmByPasskey(_Counted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Proving to be there, from inside: counted apart from the door."""

    kind = "confirm_passkey"
