"""The form of a new password: what is typed as the old one counts as a try."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, count_attempt, forgive_attempt


class NewPassword(ChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Takes ``oldpassword`` and the new one twice. Tries count with those of confirming: a stolen session has no more by two doors."""

    def clean_oldpassword(self) -> str:
        """The old password when it is right. Raises ValidationError."""
        whom = str(self.user.pk)
        if not count_attempt("confirm", whom, PER_ACCOUNT):
            raise get_adapter().validation_error("too_many_login_attempts")
        old: str = super().clean_oldpassword()
        forgive_attempt("confirm", whom)
        return old
