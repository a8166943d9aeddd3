"""Our arithmetic of Discord's permissions against discord.py's own, over many random servers."""

import random
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import discord
import pytest

from astra.core.integrations.discord import permissions as ours
from astra.core.integrations.discord.permissions import ChannelReading, GuildReading, OverwriteReading, RoleReading

GUILD, BOT, OWNER = 100, 7, 8
BITS = [ours.VIEW_CHANNEL, ours.SEND_MESSAGES, ours.EMBED_LINKS, ours.ATTACH_FILES, ours.READ_HISTORY, ours.MANAGE_ROLES]


def some_bits(dice: random.Random, share: float) -> int:
    return sum(bit for bit in BITS if dice.random() < share)


def some_server(dice: random.Random) -> tuple[GuildReading, ChannelReading]:
    roles = [RoleReading(str(GUILD), "@everyone", some_bits(dice, 0.6), 0)]
    for number in range(dice.randrange(4)):
        extra = ours.ADMINISTRATOR if dice.random() < 0.1 else 0
        roles.append(RoleReading(str(200 + number), f"r{number}", some_bits(dice, 0.4) | extra, number + 1))
    mine = tuple(role.id for role in roles[1:] if dice.random() < 0.6)
    subjects = [str(GUILD), str(BOT), *(role.id for role in roles[1:])]
    entries = []
    for subject in subjects:
        if dice.random() < 0.6:
            allow = some_bits(dice, 0.3)
            entries.append(OverwriteReading(subject, allow, some_bits(dice, 0.4) & ~allow))
    channel = ChannelReading("300", "vitrine", 0, tuple(entries))
    owner = str(BOT) if dice.random() < 0.05 else str(OWNER)
    return GuildReading(str(GUILD), "Loja", owner, str(BOT), tuple(roles), mine, dice.random() < 0.1, (channel,)), channel


def by_the_library(guild: GuildReading, channel: ChannelReading) -> tuple[int, int]:
    """The same server as discord.py reads it, and what it says of the bot there."""
    state: Any = MagicMock()
    state.self_id = BOT
    state.shard_count = None
    state.store_user = lambda data, **_: discord.User(state=state, data=data)
    state.member_cache_flags = discord.MemberCacheFlags.none()
    data: Any = {
        "id": GUILD,
        "name": "Loja",
        "owner_id": guild.owner_id,
        "roles": [
            {"id": role.id, "name": role.name, "permissions": str(role.permissions), "position": role.position, "color": 0, "colors": {
                "primary_color": 0, "secondary_color": None, "tertiary_color": None}, "hoist": False, "managed": False,
             "mentionable": False, "flags": 0}
            for role in guild.roles
        ],
        "channels": [],
        "members": [],
    }  # fmt: skip
    library_guild = discord.Guild(data=data, state=state)
    silenced = "2999-01-01T00:00:00+00:00" if guild.is_silenced else None
    user: Any = {"id": str(BOT), "username": "loja", "discriminator": "0", "avatar": None}
    about: Any = {"user": user, "roles": list(guild.bot_roles), "joined_at": None, "deaf": False, "mute": False, "flags": 0,
                  "communication_disabled_until": silenced}  # fmt: skip
    member = discord.Member(data=about, guild=library_guild, state=state)
    text: Any = {"id": channel.id, "type": 0, "name": channel.name, "position": 0, "permission_overwrites": [
        {"id": one.id, "type": 1 if one.id == str(BOT) else 0, "allow": str(one.allow), "deny": str(one.deny)} for one in channel.overwrites
    ]}  # fmt: skip
    shown = discord.TextChannel(state=state, guild=library_guild, data=text)
    return member.guild_permissions.value, shown.permissions_for(member).value


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_servers_come_out_alike(seed):
    dice = random.Random(seed)
    seen: set[int] = set()
    for _ in range(150):
        guild, channel = some_server(dice)
        whole, there = by_the_library(guild, channel)
        mask = sum(BITS)
        assert ours.in_guild(guild) & mask == whole & mask, guild
        mine = ours.in_channel(guild, channel) & mask
        # A channel that is not seen gives nothing; the library leaves that to who asks.
        assert mine == (there & mask if there & ours.VIEW_CHANNEL else 0), (guild, channel)
        seen.add(mine)
    assert len(seen) > 8, "the servers are too much alike to prove anything"


def test_who_takes_a_permission_away_is_named():
    everyone = RoleReading("1", "@everyone", ours.VIEW_CHANNEL, 0)
    shop = RoleReading("2", "loja", ours.SEND_MESSAGES, 3)
    plain = SimpleNamespace(id="9", name="vitrine", type=0)

    def where(*entries: OverwriteReading) -> tuple[str, int]:
        channel = ChannelReading(plain.id, plain.name, plain.type, entries)
        guild = GuildReading("1", "Loja", "8", "7", (everyone, shop), ("2",), channels=(channel,))
        return ours.denied_by(guild, channel, ours.SEND_MESSAGES), ours.in_channel(guild, channel) & ours.SEND_MESSAGES

    send = ours.SEND_MESSAGES
    assert where() == ("", send)
    assert where(OverwriteReading("1", 0, send)) == ("1", 0)
    assert where(OverwriteReading("1", 0, send), OverwriteReading("2", send, 0)) == ("", send)
    assert where(OverwriteReading("2", send, 0), OverwriteReading("7", 0, send)) == ("7", 0)
    embed_nobody_gives = ChannelReading("9", "vitrine", 0, ())
    guild = GuildReading("1", "Loja", "8", "7", (everyone, shop), ("2",), channels=(embed_nobody_gives,))
    assert ours.denied_by(guild, embed_nobody_gives, ours.EMBED_LINKS) == ""
