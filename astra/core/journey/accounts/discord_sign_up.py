"""The form of a person whom Discord vouches for and who has no account yet."""

from typing import Any

from allauth.socialaccount.forms import SignupForm


class DiscordSignUp(SignupForm):  # type: ignore[misc]  # allauth carries no types
    """Takes ``email``. One that Discord confirmed is fixed and needs no link; any other is confirmed by a link, as in every sign-up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        confirmed = next((one.email for one in self.sociallogin.email_addresses if one.verified), "")
        self.is_confirmed = bool(confirmed)
        if confirmed:
            self.fields["email"].disabled = True  # what a browser sends in its place is not looked at
            self.initial["email"] = confirmed
