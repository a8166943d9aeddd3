"""The page where a person allows an application what it asks for, or does not. It works without JavaScript."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .oauth import OauthProblem, scopes_of
from .oauth_words import PT_BR, SCOPE_WORDS
from .permissions import ALL, INVITED_BOT, MANAGE_GUILD, in_guild
from .rows import Application, User
from .world import WORLD, World

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
LAST = "sandbox_answered_as"  # whom this browser answered as: the page offers him first, as Discord knows who sits there
NOT_YOURS = "{name} may not bring a bot into {server}: only who manages the server may. Nothing was changed. Go back and choose again."
DENIED = "The resource owner or authorization server denied the request"


@dataclass(frozen=True)
class Wish:
    """What a link asks for, proved."""

    application: Application
    scopes: tuple[str, ...]
    redirect_uri: str
    state: str
    challenge: str
    permissions: int


class BadLink(Exception):
    """A link that must not lead back to where it says; the words are for a person."""


def or_invite(invite: Page) -> Page:
    """The page for `response_type=code`; any other link gets `invite`, where a bot is asked into a server."""

    async def show(request: web.Request) -> web.StreamResponse:
        return await ask(request) if request.query.get("response_type") == "code" else await invite(request)

    return show


def routes() -> list[web.RouteDef]:
    """What to add to the router. GET belongs to whoever serves the invitation, by `or_invite`."""
    return [web.post("/oauth2/authorize", decide)]


async def ask(request: web.Request) -> web.StreamResponse:
    """Shows who asks for what, and lets one choose as whom to answer."""
    world = request.app[WORLD]
    try:
        wish = _wish(world, request.query)
    except BadLink as problem:
        return _page(request, f'<p class="problem" role="alert">{_say(request, str(problem))}</p>', status=400)
    except OauthProblem as problem:
        told = {"error": problem.error, "error_description": problem.description}
        return _back(request.query, told, _redirect(world.application(request.query["client_id"]), request.query))
    people = [user for user in world.state.users.values() if not user.bot]
    if not people:
        return _page(
            request, f'<p class="problem">{_say(request, "There is no person yet. Make one first, then open this link again.")}</p>'
        )
    return _page(request, _form(request, world, wish, people), allow=wish.redirect_uri)


async def decide(request: web.Request) -> web.StreamResponse:
    """Leads back with a code, or with `access_denied`."""
    world = request.app[WORLD]
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and urlsplit(str(origin)).netloc != request.host:
        raise web.HTTPForbidden(text="This request came from another site.")
    form = await request.post()
    try:
        wish = _wish(world, request.query)
    except (BadLink, OauthProblem) as problem:
        return _page(request, f'<p class="problem" role="alert">{_say(request, str(problem))}</p>', status=400)
    user = world.state.users.get(str(form.get("user_id")))
    if form.get("answer") != "yes" or user is None or user.bot:
        return _back(request.query, {"error": "access_denied", "error_description": DENIED}, wish.redirect_uri)
    more: dict[str, str] = {}
    if "bot" in wish.scopes and (guild := world.state.guilds.get(str(form.get("guild_id")))) is not None:
        if not in_guild(guild, user.id) & MANAGE_GUILD:
            said = _say(request, NOT_YOURS, name=user.global_name or user.username, server=guild.name)
            return _page(request, f'<p class="problem" role="alert">{said}</p>', status=403)
        world.people.invite_bot(guild, wish.application, wish.permissions)
        more = {"guild_id": guild.id, "permissions": str(wish.permissions)}
    code = world.oauth.code_for(wish.application, user.id, wish.scopes, wish.redirect_uri, wish.challenge)
    back = _back(request.query, {"code": code, **more}, wish.redirect_uri)
    back.set_cookie(LAST, user.id, path="/oauth2", httponly=True, samesite="Lax")
    return back


def _wish(world: World, query: Mapping[str, str]) -> Wish:
    application = world.state.applications.get(query.get("client_id", ""))
    if application is None:
        raise BadLink("There is no application with this id. Nothing was changed. Check client_id in the link.")
    redirect_uri = _redirect(application, query)
    if redirect_uri not in application.redirect_uris:
        raise BadLink("This application has not registered the address that the link leads back to. Nothing was changed.")
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method", "")
    if (challenge or method) and (method != "S256" or len(challenge) != 43):
        raise OauthProblem("invalid_request", "code_challenge_method must be S256, with a code_challenge of 43 characters.")
    bits = query.get("permissions", "")
    permissions = int(bits) & ALL if bits.isdigit() else INVITED_BOT
    return Wish(application, scopes_of(query.get("scope")), redirect_uri, query.get("state", ""), challenge, permissions)


def _redirect(application: Application, query: Mapping[str, str]) -> str:
    """Where the link leads back to: a link may leave it out where the application has only one."""
    return query.get("redirect_uri") or (application.redirect_uris[0] if len(application.redirect_uris) == 1 else "")


def _back(query: Mapping[str, str], told: dict[str, str], to: str) -> web.Response:
    """Leads to `to`, which `_wish` has proved; `state` comes back as it was."""
    if "state" in query:
        told = {**told, "state": query["state"]}
    parts = urlsplit(to)
    address = urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *told.items()])))
    return web.Response(status=302, headers={"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _english(request: web.Request) -> bool:
    return request.headers.get("Accept-Language", "").strip().lower().startswith("en")


def _say(request: web.Request, text: str, **values: str) -> str:
    words = text if _english(request) else PT_BR.get(text, text)
    return escape(words.format(**values) if values else words)


def _form(request: web.Request, world: World, wish: Wish, people: list[User]) -> str:
    asked = "".join(f"<li>{_say(request, SCOPE_WORDS.get(scope, scope))} <code>{escape(scope)}</code></li>" for scope in wish.scopes)
    before = request.cookies.get(LAST, "")
    options = "".join(
        f'<option value="{user.id}"{" selected" if user.id == before else ""}>{escape(user.global_name or user.username)}</option>'
        for user in people
    )
    place = ""
    if "bot" in wish.scopes:
        wanted = request.query.get("guild_id", "")
        guilds = "".join(
            f'<option value="{guild.id}"{" selected" if guild.id == wanted else ""}>{escape(guild.name)}</option>'
            for guild in world.state.guilds.values()
        )
        place = f"""<div class="p-field"><label for="guild">{_say(request, "Server")}</label>
<select id="guild" name="guild_id">{guilds}</select></div>"""
    host = urlsplit(wish.redirect_uri)
    return f"""<section class="p-card p-ask" aria-labelledby="who">
<h2 id="who">{_say(request, "{name} asks to", name=wish.application.name)}</h2><ul>{asked}</ul>
<form method="post" class="p-form"><div class="p-field"><label for="person">{_say(request, "Answer as")}</label>
<select id="person" name="user_id">{options}</select></div>{place}
<div class="acts"><button class="b p" name="answer" value="yes">{_say(request, "Authorize")}</button>
<button class="b" name="answer" value="no">{_say(request, "Cancel")}</button></div></form>
<p class="sub">{_say(request, "Afterwards you are led to {address}.", address=f"{host.scheme}://{host.netloc}")}</p></section>"""


def _page(request: web.Request, inside: str, *, status: int = 200, allow: str = "") -> web.Response:
    parts = urlsplit(allow)
    # Chromium holds the address that a form's answer leads to against form-action as well.
    target = f" {parts.scheme}://{parts.netloc}" if parts.netloc and '"' not in parts.netloc and ";" not in parts.netloc else ""
    policy = f"default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'{target}"
    title = _say(request, "Authorize an application")
    text = f"""<!doctype html>
<html lang="{"en" if _english(request) else "pt-BR"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{title}</title><link rel="icon" href="/client/static/sign.svg" type="image/svg+xml">
<link rel="stylesheet" href="/client/static/chat.css">
<link rel="stylesheet" href="/client/static/message.css"><link rel="stylesheet" href="/client/static/paper.css"></head>
<body class="paper"><header><div class="p-top"><a class="p-brand" href="/"><img src="/client/static/sign.svg" alt="" width="28" height="28">
{_say(request, "Discord sandbox")}</a></div></header><main class="p-main"><h1>{title}</h1>{inside}</main></body></html>
"""
    headers: dict[str, Any] = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
