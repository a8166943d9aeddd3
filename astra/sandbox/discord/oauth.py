"""OAuth2: what a person allows an application, and the tokens that stand for it. Only digests of tokens are kept."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .refusal import Json
from .rows import Application

if TYPE_CHECKING:
    from .world import World

CODE_SECONDS = 600
TOKEN_SECONDS = 604_800
SCOPES = (
    "identify",
    "email",
    "guilds",
    "guilds.join",
    "guilds.members.read",
    "connections",
    "bot",
    "applications.commands",
    "applications.commands.permissions.update",
    "role_connections.write",
    "webhook.incoming",
    "openid",
    "dm_channels.read",
)


class OauthProblem(Exception):
    """An error as RFC 6749 words it."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Code:
    """A code on its way from the page to the application."""

    application_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    until_unix: float


class Oauth:
    """The grants of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Code] = {}

    def code_for(self, application: Application, user_id: str, scopes: tuple[str, ...], redirect_uri: str, challenge: str) -> str:
        """A code that can be used once within ten minutes."""
        made = secrets.token_urlsafe(22)
        self._codes[made] = Code(application.id, user_id, scopes, redirect_uri, challenge, self._world.clock.unix() + CODE_SECONDS)
        while len(self._codes) > 10_000:
            del self._codes[next(iter(self._codes))]
        return made

    def exchange(self, application: Application, code: str, redirect_uri: str, verifier: str) -> Json:
        """Tokens for a code. Raises OauthProblem; a code that was shown once is dead, whatever came of it."""
        known = self._codes.pop(code, None)
        if known is None or known.application_id != application.id or known.until_unix < self._world.clock.unix():
            raise OauthProblem("invalid_grant", 'Invalid "code" in request.')
        if known.redirect_uri != redirect_uri:
            raise OauthProblem("invalid_grant", 'Invalid "redirect_uri" in request.')
        if known.challenge:
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            if not secrets.compare_digest(digest, known.challenge):
                raise OauthProblem("invalid_grant", 'Invalid "code_verifier" in request.')
        return self._tokens(application, known.user_id, known.scopes)

    def refresh(self, application: Application, token: str) -> Json:
        """New tokens for a refresh token, which is dead then. Raises OauthProblem."""
        grant = next((row for row in self._world.state.grants if row["refresh"] == _digest(token)), None)
        if grant is None or grant["application_id"] != application.id:
            raise OauthProblem("invalid_grant", 'Invalid "refresh_token" in request.')
        self._world.state.grants.remove(grant)
        return self._tokens(application, grant["user_id"], tuple(grant["scopes"]))

    def for_owner(self, application: Application, scopes: tuple[str, ...]) -> Json:
        """What `client_credentials` gives: a token of the application's owner, without refresh."""
        made = self._tokens(application, application.owner_id, scopes)
        return {key: value for key, value in made.items() if key != "refresh_token"}

    def revoke(self, application: Application, token: str) -> None:
        """Ends the grant of an access or refresh token; a token that is unknown is no error."""
        digest = _digest(token)
        for row in list(self._world.state.grants):
            if row["application_id"] == application.id and digest in (row["access"], row["refresh"]):
                self._world.state.grants.remove(row)
        self._world.changed()

    def grant_of(self, token: str) -> Json | None:
        """The living grant of an access token."""
        digest = _digest(token)
        now = self._world.clock.unix()
        return next((row for row in self._world.state.grants if row["access"] == digest and row["until_unix"] > now), None)

    def client(self, name: str, secret: str) -> Application:
        """The application with this secret. Raises OauthProblem 401."""
        application = self._world.state.applications.get(name)
        if application is None or not application.client_secret or not secrets.compare_digest(application.client_secret, secret):
            raise OauthProblem("invalid_client", "Invalid client.", 401)
        return application

    def _tokens(self, application: Application, user_id: str, scopes: tuple[str, ...]) -> Json:
        access, refresh = secrets.token_urlsafe(22), secrets.token_urlsafe(22)
        grant: Json = {
            "access": _digest(access),
            "refresh": _digest(refresh),
            "application_id": application.id,
            "user_id": user_id,
            "scopes": list(scopes),
            "until_unix": self._world.clock.unix() + TOKEN_SECONDS,
        }
        self._world.state.grants.append(grant)
        self._world.changed()
        shown: Json = {"token_type": "Bearer", "access_token": access, "expires_in": TOKEN_SECONDS}
        return {**shown, "refresh_token": refresh, "scope": " ".join(scopes)}


def scopes_of(text: Any) -> tuple[str, ...]:
    """The scopes in a request, in order. Raises OauthProblem for one that is unknown, or none."""
    found = tuple(dict.fromkeys(str(text or "").split()))
    unknown = [scope for scope in found if scope not in SCOPES]
    if unknown or not found:
        raise OauthProblem("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
