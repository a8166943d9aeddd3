"""What a bot's token can tell and change about its own application."""

from dataclasses import dataclass
from typing import Any

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.rest import DiscordRest

TEXT_CHANNEL_TYPES = frozenset({0, 5})

# One command for the buyer. Names are the same for everybody; descriptions follow the person's language.
COMMANDS: list[dict[str, Any]] = [
    {
        "name": "compras",
        "type": 1,
        "description": "Your purchases in this shop",
        "description_localizations": {"pt-BR": "Suas compras nesta loja"},
        "integration_types": [0],
        "contexts": [0, 1],
    }
]


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application as Discord knows it; ``verify_key`` is the hex Ed25519 key that signs its interactions."""

    id: str
    name: str
    bot_id: str
    bot_name: str
    verify_key: str


@dataclass(frozen=True, slots=True)
class GuildFacts:
    """A server the bot is in."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A text channel of a server."""

    id: str
    name: str


def read_application(token: Secret) -> ApplicationFacts:
    """Who this token is. Raises TokenRefused when Discord does not know it."""
    rest = DiscordRest(token)
    found = rest.get("/applications/@me")
    bot = found.get("bot") or rest.get("/users/@me")
    return ApplicationFacts(
        id=str(found["id"]),
        name=str(found["name"]),
        bot_id=str(bot["id"]),
        bot_name=str(bot["username"]),
        verify_key=str(found["verify_key"]),
    )


def endpoint_of(token: Secret) -> str:
    """Where Discord sends the bot's clicks by HTTP; empty when they go by the gateway."""
    return str(DiscordRest(token).get("/applications/@me").get("interactions_endpoint_url") or "")


def open_direct(token: Secret, user_id: str) -> str:
    """Opens the direct conversation with a person, or finds the one there is; returns its channel's id. Nothing is written."""
    return str(DiscordRest(token).post("/users/@me/channels", json={"recipient_id": user_id})["id"])


def set_interactions_endpoint(token: Secret, url: str | None) -> None:
    """Has interactions sent to ``url`` by HTTP (Discord probes it before it says yes), or, with None, by the gateway.

    Raises Refused (code 50035) when the probe fails.
    """
    DiscordRest(token).patch("/applications/@me", json={"interactions_endpoint_url": url})


def change_bot(token: Secret, wanted: dict[str, Any]) -> str:
    """Changes the bot's account (``username``, and ``avatar`` and ``banner`` as data URIs); returns its name afterwards."""
    return str(DiscordRest(token).patch("/users/@me", json=wanted)["username"])


def change_in_guild(token: Secret, guild_id: str, wanted: dict[str, Any]) -> None:
    """Changes how the bot looks in one server: ``bio``, ``nick``, and ``avatar`` and ``banner`` as data URIs."""
    DiscordRest(token).patch(f"/guilds/{guild_id}/members/@me", json=wanted)


def guilds_of(token: Secret) -> list[GuildFacts]:
    """The servers that the bot is in (the first 200)."""
    return [GuildFacts(str(row["id"]), str(row["name"])) for row in DiscordRest(token).get("/users/@me/guilds", query={"limit": 200})]


def channels_of(token: Secret, guild_id: str) -> list[ChannelFacts]:
    """The text and announcement channels of a server, in its own order."""
    rows = [row for row in DiscordRest(token).get(f"/guilds/{guild_id}/channels") if row.get("type") in TEXT_CHANNEL_TYPES]
    rows.sort(key=lambda row: (row.get("position") or 0, int(row["id"])))
    return [ChannelFacts(str(row["id"]), str(row["name"])) for row in rows]


def register_commands(token: Secret, application_id: str) -> None:
    """Makes the bot's commands exactly ours."""
    DiscordRest(token).put(f"/applications/{application_id}/commands", json=COMMANDS)
