"""Allauth's questions about signing in, answered: what proves a person, and how often one may try."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, PER_ADDRESS, count_attempt, forgive_attempt
from astra.core.journey.accounts.discord_sign_in import is_offered
from astra.core.journey.accounts.known_browser import known_as, remember_browser
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.queries import discord_id_of
from astra.core.journey.accounts.sign_in_letters import post_sign_in_letter

# What each way of confirming is called, by allauth's name of it.
CONFIRMED_BY = {
    "reauthenticate": _("Confirm with your password"),
    "mfa_reauthenticate": _("Confirm with a code"),
    "mfa_reauthenticate:webauthn": _("Confirm with a passkey"),
    "discord": _("Confirm with Discord"),
}


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """A person with a second factor confirms by it: a password alone is what the factor is there to outlive.

    Tries of passwords are counted by the database, one statement each. Confirming from inside counts apart from signing in:
    strangers who guess at the door cannot keep out who is in or comes by a browser of his own, and a link by e-mail always opens.
    """

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, or choose a new password by e-mail: that lets you in at once."
        ),
        "too_many_passkeys": _("Too many tries with a passkey. Wait five minutes, or choose another way."),
        "too_many_codes": _("Too many wrong codes. Wait five minutes and try again."),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keeps a new person, and the language of the page: letters are written in it."""
        user.locale = get_language() or ""
        return super().save_user(request, user, form, commit=commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Posts a letter: a job sends it, so that no page waits for a mail server and none is lost while it is away."""
        post_sign_in_letter(self, self.request, template_prefix, email, context)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways in which a signed-in person proves to be there, the first one is the usual one."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and has_second_factor(user):
            methods = [one for one in methods if one["id"].startswith("mfa_")]
        elif user.is_authenticated and is_offered() and discord_id_of(user.pk):
            methods.append({"id": "discord", "url": reverse("discord_reauthenticate")})
        return [{**one, "description": CONFIRMED_BY[one["id"]]} for one in methods]

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be led there afterwards: to this host alone, not to every name that ALLOWED_HOSTS has."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a password before it is looked at. Raises ValidationError beyond the limit."""
        allowed = [count_attempt(kind, whom, limit) for kind, whom, limit in self._counted(request, credentials)]
        if not all(allowed):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person whom a password belongs to, or None; the right one is not held against anybody."""
        self._login_failed_rl_usage = None  # allauth's own counting, replaced above
        user = super().authenticate(request, **credentials)
        if user is not None:
            for kind, whom, _limit in self._counted(request, credentials):
                forgive_attempt(kind, whom)
        return user

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> Any:
        """Where one goes once signed in. The browser is known from now on."""
        response = super().post_login(request, user, **facts)
        remember_browser(request, response, user)
        return response

    def _counted(self, request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[str, str, int]]:
        if request.user.is_authenticated:
            return [("confirm", str(request.user.pk), PER_ACCOUNT)]
        login = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        owner = User.objects.filter(email=login).only("session_epoch").first()
        if owner is not None and (number := known_as(request, owner.pk, owner.session_epoch)):
            return [("password", f"{owner.pk} {number}", PER_ACCOUNT)]
        return [("password", login, PER_ACCOUNT), ("address", self.get_client_ip(request), PER_ADDRESS)]


def has_second_factor(user: Any) -> bool:
    """Whether a person has a factor besides the password; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
