"""Signing in with Discord: whom a Discord account may let in, link or confirm, and what a person reads when it may not."""

import uuid
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.provider import CodeRefused

DISCORD = "discord"
CONFIRM = "confirm"
# Why an attempt ended, and the status that a page about it has.
CANCELLED, STALE, DOWN, NOT_YOURS, LINKED_ELSEWHERE, HAS_ANOTHER = (
    "cancelled",
    "stale",
    "down",
    "not_yours",
    "linked_elsewhere",
    "has_another",
)
STATUS = {CANCELLED: 200, STALE: 400, DOWN: 503, NOT_YOURS: 409, LINKED_ELSEWHERE: 409, HAS_ANOTHER: 409}


def is_offered() -> bool:
    """Whether this installation has a Discord application to sign in through."""
    return bool(settings.ASTRA_DISCORD_CLIENT_ID and settings.ASTRA_DISCORD_CLIENT_SECRET)


class DiscordSignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Allauth's questions about Discord, answered. Identity is the Discord id; an address of mail links nothing."""

    def list_apps(self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        """The application of the settings; none is kept in the database."""
        known = settings.ASTRA_DISCORD_CLIENT_ID
        if not is_offered() or provider not in (None, DISCORD) or client_id not in (None, known):
            return []
        return [SocialApp(provider=DISCORD, name="Discord", client_id=known, secret=settings.ASTRA_DISCORD_CLIENT_SECRET)]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """A new person is called as on Discord."""
        user = super().populate_user(request, sociallogin, data)
        kept = sociallogin.account.extra_data
        user.name = (kept.get("global_name") or kept.get("username") or "")[:80]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Weighs who came back from Discord. Raises ImmediateHttpResponse when it goes no further."""
        sociallogin.token = None  # it said who somebody is; a session or row that keeps it could only lose it
        process = sociallogin.state.get("process")
        if process == CONFIRM:
            raise ImmediateHttpResponse(self._confirm(request, sociallogin))
        if process == AuthProcess.CONNECT:
            self._may_be_linked(request, sociallogin)
        elif not sociallogin.is_existing:
            self._may_sign_up(request, sociallogin)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Says in words why the attempt ended. Raises ImmediateHttpResponse."""
        if error == AuthError.CANCELLED:
            raise self._ended(request, CANCELLED)
        if exception is None and "state" not in (extra_context or {}):
            raise self._ended(request, STALE)  # no such attempt in this browser: used, too old, or begun elsewhere
        raise self._ended(request, STALE if isinstance(exception, CodeRefused) else DOWN)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Linking begins and ends on the page of security."""
        return reverse("mfa_index")

    def serialize_instance(self, instance: Any) -> dict[str, Any]:
        """What waits in a session while a person answers; of a person only what Discord told."""
        if isinstance(instance, User):
            return {"id": str(instance.id), "email": instance.email, "name": instance.name}
        found: dict[str, Any] = super().serialize_instance(instance)
        return found

    def deserialize_instance(self, model: Any, data: dict[str, Any]) -> Any:
        """Counterpart of serialize_instance."""
        if model is not User:
            return super().deserialize_instance(model, data)
        user = User(id=uuid.UUID(data["id"]), email=data["email"], name=data["name"])
        user.set_unusable_password()
        return user

    def _confirm(self, request: HttpRequest, sociallogin: SocialLogin) -> HttpResponseRedirect:
        if not request.user.is_authenticated or not sociallogin.is_existing or sociallogin.user.pk != request.user.pk:
            raise self._ended(request, NOT_YOURS)
        account = sociallogin.account
        record_authentication(request, request.user, "socialaccount", provider=account.provider, uid=account.uid, reauthenticated=True)
        return HttpResponseRedirect(sociallogin.get_redirect_url(request) or "/")

    def _may_be_linked(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not request.user.is_authenticated:
            raise self._ended(request, STALE)
        if sociallogin.is_existing and sociallogin.user.pk != request.user.pk:
            raise self._ended(request, LINKED_ELSEWHERE)
        mine = SocialAccount.objects.filter(user_id=request.user.pk, provider=DISCORD)
        if mine.exclude(uid=sociallogin.account.uid).exists():
            raise self._ended(request, HAS_ANOTHER)

    def _may_sign_up(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        # Discord confirmed the address, so its owner may be told that there is an account: but only the account's own
        # password or link lets him in. An address that Discord did not confirm tells a stranger nothing: see DiscordSignUp.
        email = next((one.email for one in sociallogin.email_addresses if one.verified), "")
        if email and filter_users_by_email(email):
            raise ImmediateHttpResponse(render(request, "socialaccount/email_taken.html", {"email": email}, status=409))

    @staticmethod
    def _ended(request: HttpRequest, reason: str) -> ImmediateHttpResponse:
        return ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", {"reason": reason}, status=STATUS[reason]))
