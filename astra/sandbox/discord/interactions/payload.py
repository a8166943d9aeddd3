"""The interaction as the application receives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astra.sandbox.discord import portraits
from astra.sandbox.discord.body import LARGEST_FILE
from astra.sandbox.discord.refusal import Json
from astra.sandbox.discord.rows import Application, Channel, Interaction, Message

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World


def owners(guild_id: str | None) -> dict[str, str]:
    """`authorizing_integration_owners`: the guild, or "0" in the bot's direct messages."""
    return {"0": guild_id if guild_id is not None else "0"}


def ping(world: World, application: Application) -> Json:
    """The PING that proves an address."""
    return {
        "app_permissions": "0",
        "application_id": application.id,
        "authorizing_integration_owners": {},
        "entitlements": [],
        "id": world.ids.new(),
        "token": "ping",
        "type": 1,
        "user": portraits.user(world.state.users[application.owner_id]),
        "version": 1,
    }


def payload(world: World, interaction: Interaction, channel: Channel, data: Json, source: Message | None) -> Json:
    """The whole interaction, with `member` in a guild and `user` in direct messages."""
    state = world.state
    guild = world.guild_of(channel)
    person = state.users[interaction.user_id]
    person_bits = world.bits(person.id, channel)
    shown_channel = portraits.channel(state, channel, interaction.application_id)
    shown: Json = {
        "app_permissions": str(world.bits(interaction.application_id, channel)),
        "application_id": interaction.application_id,
        "attachment_size_limit": LARGEST_FILE,
        "authorizing_integration_owners": owners(interaction.guild_id),
        "channel": {**shown_channel, "permissions": str(person_bits)},
        "channel_id": channel.id,
        "context": 0 if guild is not None else 1,
        "data": data,
        "entitlement_sku_ids": [],
        "entitlements": [],
        "id": interaction.id,
        "locale": person.locale,
        "token": interaction.token,
        "type": interaction.type,
        "version": 1,
    }
    if guild is None:
        shown["user"] = portraits.user(person)
    else:
        shown |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": {**portraits.member(state, guild.members[person.id]), "permissions": str(person_bits)},
        }
    if source is not None:
        shown["message"] = portraits.message(state, source, world.base_url)
    return shown
