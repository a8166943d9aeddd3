"""What tests and the demo arrange, under /_sandbox. No key: loopback only."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from . import messages, portraits, presences
from .body import read_object
from .channel_kinds import KINDS, at_first
from .gateway.intents import PRIVILEGED
from .limits import MOST_INVALID
from .permissions import ALL, INVITED_BOT
from .presences import STATUSES
from .refusal import Json, bad_field, refuse
from .reply import answer
from .rows import TEXT, Application, Guild, User
from .world import WORLD, World

Act = Callable[[World, web.Request, Json], Awaitable[Any]]
MOST_OFFSET_SECONDS = 10**10


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    guild = "/_sandbox/guilds/{guild}"
    application = "/_sandbox/applications/{application}"
    return [
        web.post("/_sandbox/users", _wrap(_add_user)),
        web.patch("/_sandbox/users/{user}", _wrap(_change_user)),
        web.post("/_sandbox/guilds", _wrap(_add_guild)),
        web.post(guild + "/channels", _wrap(_add_channel)),
        web.post(guild + "/members", _wrap(_add_member)),
        web.delete(guild + "/members/{user}", _wrap(_remove_member)),
        web.post(guild + "/bots", _wrap(_invite)),
        web.delete(guild + "/bots/{user}", _wrap(_remove_member)),
        web.put("/_sandbox/channels/{channel}/permissions/{subject}", _wrap(_overwrite)),
        web.delete("/_sandbox/channels/{channel}", _wrap(_remove_channel)),
        web.delete("/_sandbox/channels/{channel}/messages/{message}", _wrap(_remove_message)),
        web.post("/_sandbox/applications", _wrap(_add_application)),
        web.get(application, _wrap(_application)),
        web.patch(application, _wrap(_change_application)),
        web.post(application + "/token", _wrap(_renew_token)),
        web.delete(application + "/token", _wrap(_revoke_token)),
        web.get(application + "/presence", _wrap(_presence)),
        web.get("/_sandbox/state", _wrap(_state)),
        web.get("/_sandbox/requests", _wrap(_requests)),
        web.get("/_sandbox/spec-violations", _wrap(_violations)),
        web.get("/_sandbox/rate-limits", _wrap(_rate_limits)),
        web.put("/_sandbox/rate-limits", _wrap(_set_rate_limits)),
        web.get("/_sandbox/invalid-requests", _wrap(_invalid)),
        web.put("/_sandbox/invalid-requests", _wrap(_set_invalid)),
        web.get("/_sandbox/faults", _wrap(_faults)),
        web.put("/_sandbox/faults", _wrap(_set_faults)),
        web.get("/_sandbox/clock", _wrap(_clock)),
        web.post("/_sandbox/clock", _wrap(_set_clock)),
        web.post("/_sandbox/gateway/drop", _wrap(_drop)),
    ]


def _wrap(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = {} if request.method in ("GET", "DELETE") else await read_object(request)
        result = await act(request.app[WORLD], request, body)
        return web.Response(status=204) if result is None else answer(result)

    return handle


def person(user: User) -> Json:
    """A person as the developer sees him."""
    return {
        "id": user.id,
        "username": user.username,
        "global_name": user.global_name,
        "locale": user.locale,
        "dms_open": user.dms_open,
        "bot": user.bot,
        "email": user.email,
        "verified": user.verified,
        "status": user.status,
    }


def place(world: World, guild: Guild) -> Json:
    """A guild as the developer sees it."""
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "channels": [{"id": row.id, "name": row.name} for row in world.people.channels_of(guild)],
        "members": list(guild.members),
        "roles": [{"id": role.id, "name": role.name} for role in guild.roles.values()],
    }


def _text(body: Json, name: str, *, longest: int = 100) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise bad_field(name, "BASE_TYPE_BAD_LENGTH", f"A text of 1 to {longest} characters.")
    return value


def _bits(body: Json, name: str, default: int) -> int:
    value = str(body.get(name, default))
    if not value.isdigit() or int(value) > ALL:
        raise bad_field(name, "NUMBER_TYPE_COERCE", "Permission bits, as a number or a text of digits.")
    return int(value)


async def _add_user(world: World, request: web.Request, body: Json) -> Json:
    shown_name = body.get("global_name")
    locale = body.get("locale", "pt-BR")
    return person(
        world.people.add_user(
            _text(body, "username", longest=32),
            shown_name if isinstance(shown_name, str) else None,
            locale if isinstance(locale, str) else "pt-BR",
        )
    )


async def _change_user(world: World, request: web.Request, body: Json) -> Json:
    user = world.user(request.match_info["user"])
    if "dms_open" in body:
        if not isinstance(body["dms_open"], bool):
            raise bad_field("dms_open", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        user.dms_open = body["dms_open"]
    if "locale" in body:
        user.locale = _text(body, "locale", longest=10)
    if "global_name" in body:
        user.global_name = None if body["global_name"] is None else _text(body, "global_name", longest=32)
    if "email" in body:
        user.email = None if body["email"] is None else _text(body, "email", longest=254)
    if isinstance(body.get("verified"), bool):
        user.verified = body["verified"]
    if "status" in body:
        if body["status"] not in STATUSES:
            raise bad_field("status", "BASE_TYPE_CHOICES", f"Value must be one of {STATUSES}.")
        user.status = body["status"]
        presences.told(world, user.id)
    world.changed()
    return person(user)


async def _add_guild(world: World, request: web.Request, body: Json) -> Json:
    owner = world.user(str(body.get("owner_id")))
    return place(world, world.people.add_guild(_text(body, "name"), owner.id))


async def _add_channel(world: World, request: web.Request, body: Json) -> Json:
    guild = world.guild(request.match_info["guild"])
    kind = body.get("type", TEXT)
    if kind not in KINDS or isinstance(kind, bool):
        raise bad_field("type", "BASE_TYPE_CHOICES", f"Value must be one of {KINDS}.")
    return portraits.channel(world.state, world.people.add_channel(guild, _text(body, "name"), type=kind, more=at_first(kind)))


async def _add_member(world: World, request: web.Request, body: Json) -> Json:
    guild = world.guild(request.match_info["guild"])
    user = world.user(str(body.get("user_id")))
    return portraits.member(world.state, world.people.join(guild, user.id))


async def _remove_member(world: World, request: web.Request, body: Json) -> None:
    world.people.leave(world.guild(request.match_info["guild"]), request.match_info["user"])


async def _invite(world: World, request: web.Request, body: Json) -> Json:
    guild = world.guild(request.match_info["guild"])
    application = world.application(str(body.get("application_id")))
    member = world.people.invite_bot(guild, application, _bits(body, "permissions", INVITED_BOT))
    return portraits.member(world.state, member)


async def _overwrite(world: World, request: web.Request, body: Json) -> Json:
    channel = world.channel(request.match_info["channel"])
    subject = request.match_info["subject"]
    guild = world.guild_of(channel)
    if guild is None or (subject not in guild.roles and subject not in guild.members):
        raise refuse(10011)
    entry = {
        "id": subject,
        "type": 0 if subject in guild.roles else 1,
        "allow": str(_bits(body, "allow", 0)),
        "deny": str(_bits(body, "deny", 0)),
    }
    channel.overwrites = [old for old in channel.overwrites if old["id"] != subject] + [entry]
    world.changed()
    world.news.channel("CHANNEL_UPDATE", channel)
    return portraits.channel(world.state, channel)


async def _remove_channel(world: World, request: web.Request, body: Json) -> None:
    world.people.remove_channel(world.channel(request.match_info["channel"]))


async def _remove_message(world: World, request: web.Request, body: Json) -> None:
    message = world.state.messages.get(request.match_info["channel"], {}).get(request.match_info["message"])
    if message is None:
        raise refuse(10008)
    messages.delete(world, message)


async def _add_application(world: World, request: web.Request, body: Json) -> Json:
    name = _text(body, "name", longest=32)
    people = [user.id for user in world.state.users.values() if not user.bot]
    owner_id = str(body.get("owner_id") or (people[0] if people else ""))
    owner = world.state.users.get(owner_id) or world.people.add_user("dev", None, "pt-BR")
    application = world.people.add_application(name, owner.id, _bits(body, "privileged_intents", 0))
    return {**_shown(world, application), "token": application.token, "client_secret": application.client_secret}


def _shown(world: World, application: Application) -> Json:
    return {
        "id": application.id,
        "name": application.name,
        "owner_id": application.owner_id,
        "verify_key": application.verify_key,
        "interactions_endpoint_url": application.endpoint_url,
        "redirect_uris": list(application.redirect_uris),
        "privileged_intents": application.privileged_intents,
        "token_alive": application.token is not None,
        "bot": {"id": application.id, "username": world.state.users[application.id].username},
    }


async def _application(world: World, request: web.Request, body: Json) -> Json:
    return _shown(world, world.application(request.match_info["application"]))


async def _change_application(world: World, request: web.Request, body: Json) -> Json:
    """Redirect addresses, whole or not at all; with `client_secret: true` a new secret, shown once."""
    application = world.application(request.match_info["application"])
    if "redirect_uris" in body:
        wanted = body["redirect_uris"]
        if not isinstance(wanted, list) or len(wanted) > 10 or not all(isinstance(one, str) and _leads_back(one) for one in wanted):
            raise bad_field("redirect_uris", "URL_TYPE_INVALID_URL", "At most ten addresses without a fragment.")
        application.redirect_uris = list(wanted)
    if "privileged_intents" in body:
        application.privileged_intents = _bits(body, "privileged_intents", 0) & PRIVILEGED
    shown = _shown(world, application)
    if body.get("client_secret") is True:
        application.client_secret = secrets.token_urlsafe(24)
        shown["client_secret"] = application.client_secret
    world.changed()
    return {**shown, "redirect_uris": application.redirect_uris}


def _leads_back(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme) and parts.scheme not in ("javascript", "data") and not parts.fragment and len(address) <= 2048


async def _renew_token(world: World, request: web.Request, body: Json) -> Json:
    return {"token": world.people.renew_token(world.application(request.match_info["application"]))}


async def _revoke_token(world: World, request: web.Request, body: Json) -> None:
    world.people.revoke_token(world.application(request.match_info["application"]))


async def _presence(world: World, request: web.Request, body: Json) -> Json:
    return world.presence(world.application(request.match_info["application"]).id)


async def _state(world: World, request: web.Request, body: Json) -> Json:
    state = world.state
    return {
        "users": [person(user) for user in state.users.values()],
        "guilds": [place(world, guild) for guild in state.guilds.values()],
        "applications": [_shown(world, application) for application in state.applications.values()],
        "sessions": [
            {"application_id": session.application_id, "session_id": session.id, **world.presence(session.application_id)}
            for session in world.hub.all()
        ],
        "clock": {"offset_seconds": world.clock.offset_seconds},
    }


async def _requests(world: World, request: web.Request, body: Json) -> list[Json]:
    limit = request.query.get("limit", "100")
    return world.journal.latest(request.query.get("application_id"), int(limit) if limit.isdigit() else 100)


async def _violations(world: World, request: web.Request, body: Json) -> Json:
    known = None if world.checker is None else world.checker.description
    shown = None if known is None else {"source": known.source, "version": known.version}
    return {"description": shown, "violations": list(world.violations)}


async def _rate_limits(world: World, request: web.Request, body: Json) -> Json:
    return world.limits.public()


async def _set_rate_limits(world: World, request: web.Request, body: Json) -> Json:
    world.limits.set(body.get("rules"), quick=body.get("quick"))
    return world.limits.public()


async def _invalid(world: World, request: web.Request, body: Json) -> Json:
    return world.strangers.public(world.clock.unix())


async def _set_invalid(world: World, request: web.Request, body: Json) -> Json:
    """A lower limit for a test; every ban is lifted."""
    most = body.get("limit", MOST_INVALID)
    if type(most) is not int or not 1 <= most <= MOST_INVALID:
        raise bad_field("limit", "NUMBER_TYPE_COERCE", f"A whole number from 1 to {MOST_INVALID}.")
    world.strangers.most = most
    world.strangers.forget()
    return world.strangers.public(world.clock.unix())


async def _faults(world: World, request: web.Request, body: Json) -> Json:
    return world.faults.public()


async def _set_faults(world: World, request: web.Request, body: Json) -> Json:
    world.faults.set(body.get("rules"), body.get("seed", 0))
    return world.faults.public()


async def _clock(world: World, request: web.Request, body: Json) -> Json:
    return {"offset_seconds": world.clock.offset_seconds}


async def _set_clock(world: World, request: web.Request, body: Json) -> Json:
    value = body.get("offset_seconds")
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > MOST_OFFSET_SECONDS:
        raise bad_field("offset_seconds", "NUMBER_TYPE_COERCE", "A number of seconds.")
    world.set_clock(float(value))
    people = [user.id for user in world.state.users.values() if not user.bot]
    world.feed.add(people, {"type": "CLOCK_UPDATE", "channel_id": None, "offset_seconds": world.clock.offset_seconds})
    return {"offset_seconds": world.clock.offset_seconds}


async def _drop(world: World, request: web.Request, body: Json) -> Json:
    application = world.application(str(body.get("application_id")))
    code = body.get("code")
    if code is not None and (isinstance(code, bool) or not isinstance(code, int) or not 1000 <= code <= 4999):
        raise bad_field("code", "NUMBER_TYPE_COERCE", "A websocket close code, or none for a cut connection.")
    return {"dropped": world.hub.drop(application.id, code)}
