"""The OAuth2 routes of the API: tokens given, changed and ended, and what a token is."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from astra.sandbox.discord import portraits
from astra.sandbox.discord.application_portrait import application as application_portrait
from astra.sandbox.discord.oauth import OauthProblem, scopes_of
from astra.sandbox.discord.refusal import Json, refuse, unauthorized
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import Application

from .call import Call, route

FORM = "application/x-www-form-urlencoded"


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    return [
        *route("POST", "/oauth2/token", _token, by_token=True),
        *route("POST", "/oauth2/token/revoke", _revoke, by_token=True),
        *route("GET", "/oauth2/@me", _me, bearer=True),
        *route("GET", "/oauth2/userinfo", _userinfo, bearer=True),
        *route("GET", "/users/@me/guilds/{guild:\\d+}/member", _my_member, bearer=True),
    ]


async def _form(call: Call) -> tuple[Json, Application]:
    """The form and the application that signed it, by HTTP Basic or in the form. Raises OauthProblem."""
    if call.request.content_type != FORM:
        raise OauthProblem("invalid_request", f"The body must be {FORM}.")
    form = {key: str(value) for key, value in (await call.request.post()).items()}
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, text = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise OauthProblem("invalid_client", "Invalid client.", 401) from None
    return form, call.world.oauth.client(name, secret)


def _problem(problem: OauthProblem) -> web.Response:
    return answer({"error": problem.error, "error_description": problem.description}, problem.status)


async def _token(call: Call) -> Any:
    oauth = call.world.oauth
    try:
        form, application = await _form(call)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return oauth.exchange(application, form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", ""))
        if kind == "refresh_token":
            return oauth.refresh(application, form.get("refresh_token", ""))
        if kind == "client_credentials":
            return oauth.for_owner(application, scopes_of(form.get("scope")))
        raise OauthProblem(
            "unsupported_grant_type", "Grant type None is not supported" if kind is None else f"Unsupported grant type: {kind}"
        )
    except OauthProblem as problem:
        return _problem(problem)


async def _revoke(call: Call) -> Any:
    try:
        form, application = await _form(call)
    except OauthProblem as problem:
        return _problem(problem)
    call.world.oauth.revoke(application, form.get("token", ""))
    return answer({})


def _grant(call: Call, scope: str = "") -> Json:
    grant = call.grant
    if grant is None:
        raise unauthorized()
    if scope and scope not in grant["scopes"]:
        raise refuse(50001)
    return grant


async def _me(call: Call) -> Any:
    grant = _grant(call)
    shown = application_portrait(call.world.state, call.world.application(grant["application_id"]))
    public = (
        "id",
        "name",
        "icon",
        "description",
        "type",
        "bot_public",
        "bot_require_code_grant",
        "verify_key",
        "flags",
        "flags_new",
        "tags",
    )
    reply: Json = {
        "application": {key: shown[key] for key in public},
        "scopes": grant["scopes"],
        "expires": datetime.fromtimestamp(grant["until_unix"], tz=UTC).isoformat(),
    }
    if "identify" in grant["scopes"]:
        reply["user"] = portraits.user(call.world.user(grant["user_id"]))
    return reply


async def _userinfo(call: Call) -> Any:
    grant = _grant(call, "openid")
    user = call.world.user(grant["user_id"])
    shown: Json = {"sub": user.id}
    if "identify" in grant["scopes"]:
        shown |= {"preferred_username": user.username, "nickname": user.global_name or user.username, "locale": user.locale}
    if "email" in grant["scopes"]:
        shown |= {"email": user.email, "email_verified": user.verified}
    return shown


async def _my_member(call: Call) -> Any:
    grant = _grant(call, "guilds.members.read")
    guild = call.world.guild_for(grant["user_id"], call.request.match_info["guild"])
    return portraits.member(call.world.state, guild.members[grant["user_id"]])
