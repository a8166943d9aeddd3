"""Tells bots (by the gateway) and people (by the feed) what happened, each only what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import portraits, presences
from .gateway.intents import GUILD_PRESENCES
from .permissions import VIEW_CHANNEL
from .refusal import Json
from .rows import DIRECT, Channel, Guild, Member, Message

if TYPE_CHECKING:
    from .world import World


class News:
    """Spreads changes of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def message(self, event: str, message: Message, nonce: str | int | None = None) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE. An ephemeral one reaches only its reader (bots never get those)."""
        world = self._world
        channel = world.state.channels[message.channel_id]
        shown = portraits.message(world.state, message)
        self._people(channel, {"type": event, "message": shown}, only=message.visible_to)
        if message.ephemeral:
            return
        for_bots = portraits.message(world.state, message, world.base_url)
        if nonce is not None:
            for_bots["nonce"] = nonce
        guild = world.guild_of(channel)
        for_bots["channel_type"] = channel.type
        if guild is not None:
            for_bots["guild_id"] = guild.id
            author = guild.members.get(message.author_id)
            if author is not None:
                for_bots["member"] = portraits.bare_member(author)
        for bot_id in self.bots_in(channel):
            hidden = guild is not None and message.author_id != bot_id and bot_id not in message.mentions
            world.hub.tell(bot_id, event, for_bots, guild_id=channel.guild_id, hide_content=hidden)

    def message_gone(self, message: Message) -> None:
        """MESSAGE_DELETE."""
        world = self._world
        channel = world.state.channels[message.channel_id]
        self._gone(channel, message)
        if message.ephemeral:
            return
        data: Json = {"id": message.id, "channel_id": channel.id}
        if channel.guild_id is not None:
            data["guild_id"] = channel.guild_id
        for bot_id in self.bots_in(channel):
            world.hub.tell(bot_id, "MESSAGE_DELETE", data, guild_id=channel.guild_id)

    def messages_gone(self, channel: Channel, rows: list[Message]) -> None:
        """MESSAGE_DELETE_BULK for bots; people see each go."""
        for message in rows:
            self._gone(channel, message)
        data: Json = {"ids": [message.id for message in rows], "channel_id": channel.id, "guild_id": channel.guild_id}
        for bot_id in self.bots_in(channel):
            self._world.hub.tell(bot_id, "MESSAGE_DELETE_BULK", data, guild_id=channel.guild_id)

    def _gone(self, channel: Channel, message: Message) -> None:
        event = {"type": "MESSAGE_DELETE", "message_id": message.id, "message": {"id": message.id}}
        self._people(channel, event, only=message.visible_to)

    def in_channel(self, event: str, channel: Channel, data: Json) -> None:
        """Something in a channel (a reaction, a pin, typing) to everybody who sees it."""
        world = self._world
        shown = {"channel_id": channel.id, **data}
        if channel.guild_id is not None:
            shown["guild_id"] = channel.guild_id
        self._people(channel, {**shown, "type": event}, only=None)
        for bot_id in self.bots_in(channel):
            world.hub.tell(bot_id, event, shown, guild_id=channel.guild_id)

    def channel(self, event: str, channel: Channel, *, begun: bool = False) -> None:
        """CHANNEL_CREATE, CHANNEL_UPDATE, CHANNEL_DELETE, and the same of threads.

        Bots are told of all channels of their guilds, also of those that they may not read; of threads only of those that they see.
        """
        world = self._world
        guild = world.guild_of(channel)
        there = self._viewers(channel)
        if guild is not None and not channel.is_thread:
            there = [key for key in guild.members if key in there or world.state.users[key].bot]
        for key in there:
            shown = portraits.channel(world.state, channel, key)
            if event == "THREAD_CREATE" and begun:
                shown["newly_created"] = True
            if world.state.users[key].bot:
                direct = channel.guild_id is None
                if not direct:  # bots are not told of direct channels
                    world.hub.tell(key, event, shown, guild_id=channel.guild_id)
            else:
                world.feed.add([key], {"type": event, "channel_id": channel.id, "channel": shown})

    def guild(self, event: str, guild: Guild, data: Json) -> None:
        """GUILD_UPDATE, GUILD_ROLE_CREATE and the like, to every member."""
        world = self._world
        for key in guild.members:
            if world.state.users[key].bot:
                world.hub.tell(key, event, data, guild_id=guild.id)
        people = [key for key in guild.members if not world.state.users[key].bot]
        world.feed.add(people, {"type": event, "channel_id": None, "guild_id": guild.id})

    def joined(self, guild: Guild, member: Member) -> None:
        """Somebody is new: a bot hears GUILD_CREATE, a person sees the guild, the others GUILD_MEMBER_ADD."""
        world = self._world
        if world.state.users[member.user_id].bot:
            for session in world.hub.of(member.user_id):
                everybody = bool(session.intents & (1 << 1))
                if session.intents & 1 and session.sees_guild(guild.id):
                    shown = portraits.gateway_guild(world.state, guild, member.user_id, all_members=everybody)
                    if session.intents & GUILD_PRESENCES:
                        shown["presences"] = presences.in_guild(world, guild)
                    # No "unavailable": that is how a bot tells a new guild from one that came back.
                    session.dispatch("GUILD_CREATE", {k: v for k, v in shown.items() if k != "unavailable"})
        else:
            world.feed.add([member.user_id], {"type": "GUILD_CREATE", "channel_id": None, "guild_id": guild.id})
        data = {**portraits.member(world.state, member), "guild_id": guild.id}
        for key in guild.members:
            if key != member.user_id:
                self._one(key, "GUILD_MEMBER_ADD", data, guild)

    def left(self, guild: Guild, user_id: str) -> None:
        """Somebody is no longer there. Called after the row is gone."""
        world = self._world
        if world.state.users[user_id].bot:
            world.hub.tell(user_id, "GUILD_DELETE", {"id": guild.id}, guild_id=guild.id)
        else:
            world.feed.add([user_id], {"type": "GUILD_DELETE", "channel_id": None, "guild_id": guild.id})
        data = {"guild_id": guild.id, "user": portraits.user(world.state.users[user_id])}
        for key in guild.members:
            self._one(key, "GUILD_MEMBER_REMOVE", data, guild)

    def member(self, guild: Guild, member: Member) -> None:
        """GUILD_MEMBER_UPDATE: roles have changed."""
        data = {**portraits.member(self._world.state, member), "guild_id": guild.id}
        for key in guild.members:
            self._one(key, "GUILD_MEMBER_UPDATE", data, guild)

    def presence(self, application_id: str) -> None:
        """A bot came, went or changed what it says it does: people and other bots who share a guild see it."""
        world = self._world
        if application_id not in world.state.users:
            return
        shown = world.presence(application_id)
        people = {
            key
            for guild in world.state.guilds.values()
            if application_id in guild.members
            for key in guild.members
            if not world.state.users[key].bot
        }
        event = {"type": "PRESENCE_UPDATE", "channel_id": None, "user_id": application_id, **shown}
        world.feed.add(people, event)
        presences.told(world, application_id)

    def bots_in(self, channel: Channel) -> list[str]:
        """The bots that see `channel`."""
        return [key for key in self._viewers(channel) if self._world.state.users[key].bot]

    def _one(self, user_id: str, event: str, data: Any, guild: Guild) -> None:
        if self._world.state.users[user_id].bot:
            self._world.hub.tell(user_id, event, data, guild_id=guild.id)
        else:
            self._world.feed.add([user_id], {"type": event, "channel_id": None, "guild_id": guild.id, "member": data})

    def _people(self, channel: Channel, event: Json, *, only: str | None) -> None:
        people = [only] if only is not None else [k for k in self._viewers(channel) if not self._world.state.users[k].bot]
        self._world.feed.add(people, {"channel_id": channel.id, **event})

    def _viewers(self, channel: Channel) -> list[str]:
        if channel.type == DIRECT:
            return list(channel.recipients)
        guild = self._world.guild_of(channel)
        if guild is None:
            return []
        return [key for key in guild.members if self._world.bits(key, channel) & VIEW_CHANNEL]
