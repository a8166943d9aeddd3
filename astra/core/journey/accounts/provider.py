"""Discord as allauth knows it (the file's name is allauth's): addresses by setting, and nothing is asked for but who somebody is."""

from http import HTTPStatus
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.discord.provider import DiscordProvider
from allauth.socialaccount.providers.discord.views import DiscordOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# What is kept of a person's profile: how he is called there. The id is the account's uid; the address of mail is ours alone.
KEPT = ("username", "global_name")


class CodeRefused(OAuth2Error):  # type: ignore[misc]  # allauth carries no types
    """Discord knows the code no more: it was used, is too old, or belongs to another attempt."""


class DiscordClient(OAuth2Client):  # type: ignore[misc]
    """Exchanges codes for tokens."""

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None) -> Any:
        """The tokens. Raises CodeRefused, or OAuth2Error when Discord did not answer as it should.

        ``invalid_grant`` is the word of RFC 6749 (section 5.2) for such a code.
        """
        try:
            return super().get_access_token(code, pkce_code_verifier, extra_data)
        except OAuth2Error as error:
            if "invalid_grant" in str(error):
                raise CodeRefused("invalid_grant") from None
            # Not the error itself: it holds the whole answer, which belongs into no log.
            raise OAuth2Error("no access token") from None


class DiscordAddresses(DiscordOAuth2Adapter):  # type: ignore[misc]
    """Where Discord is, by setting: the offline one answers by the same paths."""

    client_class = DiscordClient

    @property
    def authorize_url(self) -> str:
        """Where a person says yes or no."""
        return f"{settings.ASTRA_DISCORD_SITE}/oauth2/authorize"

    @property
    def access_token_url(self) -> str:
        """Where a code becomes a token."""
        return f"{settings.ASTRA_DISCORD_API}/oauth2/token"

    @property
    def profile_url(self) -> str:
        """Where the token says whose it is."""
        return f"{settings.ASTRA_DISCORD_API}/users/@me"

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The registered address, whatever host the request came by."""
        return f"{settings.ASTRA_PUBLIC_URL}{reverse('discord_callback')}"

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who the token belongs to. Raises OAuth2Error or requests' exceptions when Discord does not say."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {token.token}"})
            profile = answer.json() if answer.status_code == HTTPStatus.OK else None
        if not isinstance(profile, dict) or not str(profile.get("id") or "").isdigit():
            raise OAuth2Error("no profile")
        return self.get_provider().sociallogin_from_response(request, profile)


class Discord(DiscordProvider):  # type: ignore[misc]
    """The one provider. A link cannot widen what is asked for, as it could with allauth's own."""

    oauth2_adapter_class = DiscordAddresses

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """``identify email``, never more."""
        scope: list[str] = self.get_scope()
        return scope

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        """Nothing that comes from the address."""
        return {}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept of the profile."""
        return {name: data[name] for name in KEPT if isinstance(data.get(name), str)}


provider_classes = [Discord]
