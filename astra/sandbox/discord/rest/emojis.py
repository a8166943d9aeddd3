"""Emojis of guilds and of applications."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import emojis
from astra.sandbox.discord.permissions import CREATE_EXPRESSIONS, MANAGE_EXPRESSIONS, in_guild
from astra.sandbox.discord.refusal import Json, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import Guild

from .call import Call, route


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    found = []
    for several in ("/guilds/{guild:\\d+}/emojis", "/applications/{application:\\d+}/emojis"):
        one = several + "/{emoji:\\d+}"
        found += [
            *route("GET", several, _list),
            *route("POST", several, _make),
            *route("GET", one, _get),
            *route("PATCH", one, _change),
            *route("DELETE", one, _remove),
        ]
    return found


def _home(call: Call, bits: int = 0) -> emojis.Home:
    """The guild or application of the path. `bits`: one of them is enough. Raises Refusal 10004, 20012 or 50013."""
    if "application" in call.request.match_info:
        return call.own_application()
    guild = call.world.guild_for(call.bot.id, call.id("guild"))
    if bits and not in_guild(guild, call.bot.id) & bits:
        raise refuse(50013)
    return guild


def _find(call: Call, home: emojis.Home) -> Json:
    found = home.emojis.get(call.id("emoji"))
    if found is None:
        raise refuse(10014)
    return found


def _changeable(call: Call) -> tuple[emojis.Home, Json]:
    """With MANAGE any emoji, with CREATE one's own."""
    home = _home(call, MANAGE_EXPRESSIONS | CREATE_EXPRESSIONS)
    emoji = _find(call, home)
    if isinstance(home, Guild) and emoji["maker_id"] != call.bot.id:
        _home(call, MANAGE_EXPRESSIONS)
    return home, emoji


async def _list(call: Call) -> Any:
    home = _home(call)
    shown = [emojis.with_maker(call.world, emoji) for emoji in home.emojis.values()]
    return shown if isinstance(home, Guild) else {"items": shown}


async def _make(call: Call) -> Any:
    home = _home(call, MANAGE_EXPRESSIONS | CREATE_EXPRESSIONS)
    made = emojis.make(call.world, home, call.bot.id, await call.json())
    return answer(emojis.with_maker(call.world, made), 201)


async def _get(call: Call) -> Any:
    return emojis.with_maker(call.world, _find(call, _home(call)))


async def _change(call: Call) -> Any:
    home, emoji = _changeable(call)
    emojis.change(call.world, home, emoji, await call.json())
    return emojis.with_maker(call.world, emoji)


async def _remove(call: Call) -> Any:
    home, emoji = _changeable(call)
    emojis.remove(call.world, home, emoji)
