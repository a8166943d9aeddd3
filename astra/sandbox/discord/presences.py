"""Who is there, as bots with the presence intent see it: people by their status, bots by their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .refusal import Json
from .rows import Guild

if TYPE_CHECKING:
    from .world import World

STATUSES = ("online", "idle", "dnd", "offline")


def shown(world: World, guild: Guild, user_id: str) -> Json:
    """One presence, as PRESENCE_UPDATE carries it."""
    user = world.state.users[user_id]
    status, activities = user.status, []
    if user.bot:
        said = world.presence(user_id)
        status = "offline" if said["status"] == "invisible" else said["status"]
        # Discord adds to what a bot says when it began.
        began = int(world.clock.unix() * 1000)
        activities = [{"created_at": began, **activity} for activity in said["activities"] if isinstance(activity, dict)]
    return {
        "user": {"id": user_id},
        "guild_id": guild.id,
        "status": status,
        "activities": activities,
        "client_status": {} if status == "offline" else {"web" if user.bot else "desktop": status},
    }


def in_guild(world: World, guild: Guild, user_ids: list[str] | None = None) -> list[Json]:
    """The presences of those who are not offline, of all members or of `user_ids`."""
    found = [shown(world, guild, key) for key in (guild.members if user_ids is None else user_ids)]
    return [one for one in found if one["status"] != "offline"]


def told(world: World, user_id: str) -> None:
    """PRESENCE_UPDATE for the bots of every guild that the user is in; who it is about hears nothing."""
    for guild in world.state.guilds.values():
        if user_id not in guild.members:
            continue
        bots = [key for key in guild.members if key != user_id and world.state.users[key].bot and world.hub.of(key)]
        if bots:
            data = shown(world, guild, user_id)
            for key in bots:
                world.hub.tell(key, "PRESENCE_UPDATE", data, guild_id=guild.id)
