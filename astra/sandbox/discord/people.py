"""Users, guilds, channels and memberships: made, joined, left."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from . import portraits
from .ids import new_token
from .interactions.signing import new_key
from .permissions import EVERYONE, INVITED_BOT
from .refusal import Json, refuse
from .rows import DIRECT, TEXT, Application, Channel, Guild, Member, Role, User

if TYPE_CHECKING:
    from .world import World

MOST_CHANNELS = 500


class People:
    """The verbs of one world's people and places."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_user(self, username: str, global_name: str | None, locale: str) -> User:
        """A new person."""
        row = User(self._world.ids.new(), username, global_name, locale, email=f"{username.lower()}@example.com")
        self._world.state.users[row.id] = row
        self._world.changed()
        return row

    def add_application(self, name: str, owner_id: str, privileged_intents: int) -> Application:
        """A new application with its bot, a key to sign with and a token."""
        world = self._world
        seed, public = new_key()
        made = world.ids.new()
        row = Application(made, name, owner_id, None, seed, public, privileged_intents=privileged_intents)
        row.client_secret = secrets.token_urlsafe(24)
        world.state.users[made] = User(made, name, None, "en-US", bot=True)
        world.state.applications[made] = row
        self.renew_token(row)
        return row

    def renew_token(self, application: Application) -> str:
        """A new token; the old one is dead at once and its sockets close with 4004."""
        self.revoke_token(application)
        application.token = new_token(application.id)
        self._world.tokens[application.token] = application.id
        self._world.changed()
        return application.token

    def revoke_token(self, application: Application) -> None:
        """Kills the token; its sockets close with 4004 and cannot resume."""
        if application.token is not None:
            self._world.tokens.pop(application.token, None)
            application.token = None
        self._world.hub.drop(application.id, 4004, forget=True)
        self._world.news.presence(application.id)
        self._world.changed()

    def add_guild(self, name: str, owner_id: str) -> Guild:
        """A new guild with #geral, its owner in it."""
        world = self._world
        made = world.ids.new()
        row = Guild(made, name, owner_id, {made: Role(made, "@everyone", EVERYONE, 0)}, {})
        world.state.guilds[made] = row
        self.add_channel(row, "geral")
        self.join(row, owner_id)
        return row

    def add_channel(self, guild: Guild, name: str, topic: str | None = None, **more: Any) -> Channel:
        """A new channel at the end, a text one unless `more` (fields of Channel) says else. Raises Refusal 30013."""
        world = self._world
        there = self.channels_of(guild)
        if len(there) >= MOST_CHANNELS:
            raise refuse(30013)
        row = Channel(world.ids.new(), name=name, guild_id=guild.id, topic=topic, **{"type": TEXT, "position": len(there), **more})
        world.state.channels[row.id] = row
        world.changed()
        world.news.channel("CHANNEL_CREATE", row)
        return row

    def remove_channel(self, channel: Channel) -> None:
        """Deletes a channel with its messages."""
        world = self._world
        for thread in [row for row in world.state.channels.values() if row.parent_id == channel.id and row.is_thread]:
            self.remove_channel(thread)
        for row in [row for row in world.state.channels.values() if row.parent_id == channel.id]:
            row.parent_id = None  # what was in a category stays
        world.news.channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)
        world.state.webhooks = {key: row for key, row in world.state.webhooks.items() if row.channel_id != channel.id}
        for message in world.state.messages.pop(channel.id, {}).values():
            for file in message.attachments:
                world.store.drop(file.id)
        del world.state.channels[channel.id]
        world.changed()

    def channels_of(self, guild: Guild) -> list[Channel]:
        """The guild's channels in their order."""
        found = [row for row in self._world.state.channels.values() if row.guild_id == guild.id and not row.is_thread]
        return sorted(found, key=lambda row: (row.position, int(row.id)))

    def join(self, guild: Guild, user_id: str, *, roles: list[str] | None = None, nick: str | None = None) -> Member:
        """Makes somebody a member; one who is one already stays as he is. Raises Refusal 40007 for one who is banned."""
        if user_id in guild.bans:
            raise refuse(40007)
        known = guild.members.get(user_id)
        if known is not None:
            return known
        row = guild.members[user_id] = Member(user_id, self._world.clock.text(), roles or [], nick)
        self._world.changed()
        self._world.news.joined(guild, row)
        return row

    def invite_bot(self, guild: Guild, application: Application, permissions: int = INVITED_BOT) -> Member:
        """The bot joins with a managed role of `permissions`; a second invite changes the role."""
        world = self._world
        managed = next((role for role in guild.roles.values() if role.bot_id == application.id), None)
        if managed is None:
            made = world.ids.new()
            managed = Role(made, application.name, permissions, len(guild.roles), bot_id=application.id)
            guild.roles[made] = managed
            world.news.guild("GUILD_ROLE_CREATE", guild, {"guild_id": guild.id, "role": portraits.role(managed)})
        managed.permissions = permissions
        known = guild.members.get(application.id)
        if known is None:
            known = guild.members[application.id] = Member(application.id, world.clock.text(), [managed.id])
            world.news.joined(guild, known)
        else:
            data: Json = {"guild_id": guild.id, "role": portraits.role(managed)}
            world.news.guild("GUILD_ROLE_UPDATE", guild, data)
        world.changed()
        return known

    def leave(self, guild: Guild, user_id: str) -> None:
        """Somebody goes, or is put out; a bot's own role goes with it. Raises Refusal 10007."""
        if guild.members.pop(user_id, None) is None:
            raise refuse(10007)
        for role in [role for role in guild.roles.values() if role.bot_id == user_id]:
            del guild.roles[role.id]
            self._world.news.guild("GUILD_ROLE_DELETE", guild, {"guild_id": guild.id, "role_id": role.id})
        self._world.changed()
        self._world.news.left(guild, user_id)


def direct_channel(world: World, one: str, other: str) -> Channel:
    """The direct channel of two users; always the same one."""
    pair = sorted((one, other))
    known = world.direct.get((pair[0], pair[1]))
    if known is not None:
        return known
    row = Channel(world.ids.new(), DIRECT, recipients=pair)
    world.state.channels[row.id] = world.direct[pair[0], pair[1]] = row
    world.changed()
    world.news.channel("CHANNEL_CREATE", row)
    return row
