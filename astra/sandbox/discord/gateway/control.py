"""What tests do to the gateway under /_sandbox: its numbers, its misfortunes, and a fresh start of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from astra.sandbox.discord.body import read_object
from astra.sandbox.discord.refusal import bad_field
from astra.sandbox.discord.reply import answer

from .knobs import Knobs

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    return [
        web.get("/_sandbox/gateway", _numbers),
        web.put("/_sandbox/gateway", _change),
        web.post("/_sandbox/gateway/reconnect", _reconnect),
        web.post("/_sandbox/gateway/invalidate", _invalidate),
        web.post("/_sandbox/reset", _reset),
    ]


def _world(request: web.Request) -> World:
    from astra.sandbox.discord.world import WORLD

    return request.app[WORLD]


async def _numbers(request: web.Request) -> web.Response:
    return answer(_world(request).hub.knobs.public())


async def _change(request: web.Request) -> web.Response:
    knobs = _world(request).hub.knobs
    knobs.change(await read_object(request))
    return answer(knobs.public())


async def _reconnect(request: web.Request) -> web.Response:
    """Op 7: the bot is asked to come back and resume."""
    world, body = _world(request), await read_object(request)
    told = world.hub.say(world.application(str(body.get("application_id"))).id, 7, None)
    return answer({"told": told})


async def _invalidate(request: web.Request) -> web.Response:
    """Op 9: the session is invalid; with `resumable` it may be resumed all the same."""
    world, body = _world(request), await read_object(request)
    resumable = body.get("resumable", False)
    if not isinstance(resumable, bool):
        raise bad_field("resumable", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    return answer({"told": world.hub.say(world.application(str(body.get("application_id"))).id, 9, resumable)})


async def _reset(request: web.Request) -> web.Response:
    """Everything as on the first day: no people, no bots, no rules. Bots are cut with 4004, for their tokens are gone."""
    from astra.sandbox.discord.emojis import homes
    from astra.sandbox.discord.interactions.desk import Desk
    from astra.sandbox.discord.journal import Journal
    from astra.sandbox.discord.limits import Limits, Strangers
    from astra.sandbox.discord.oauth import Oauth
    from astra.sandbox.discord.state import State

    world = _world(request)
    for name in world.state.applications:
        world.hub.drop(name, 4004, forget=True)
    await world.desk.stop()
    for rows in world.state.messages.values():
        for message in rows.values():
            for file in message.attachments:
                world.store.drop(file.id)
    for emoji_id in [key for home in homes(world) for key in home.emojis]:
        world.store.drop(emoji_id)
    world.state = State()
    world.set_clock(0.0)
    world.hub.knobs.change(Knobs.first(quick=world.quick).public())
    world.hub.forget_starts()
    world.faults.set([])
    world.journal, world.limits, world.strangers, world.oauth = Journal(), Limits(quick=world.quick), Strangers(), Oauth(world)
    world.violations.clear()
    world.direct.clear()
    world.tokens.clear()
    world.desk = Desk(world)
    await world.desk.start()
    world.changed()
    return web.Response(status=204)
