"""Emojis of a guild or of an application: made from a picture, named, shown at /emojis/ID.EXTENSION."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from . import portraits
from .refusal import Json, bad_field, refuse
from .rows import Application, Guild

if TYPE_CHECKING:
    from .world import World

LARGEST_BYTES = 256 * 1024
MOST_IN_GUILD, MOST_IN_APPLICATION = 50, 2000  # of a guild without boosts: still and moving ones each
NAME = re.compile(r"\w{2,32}")
# What it says of itself counts for nothing: discord.js calls every picture "image/jpg".
DATA = re.compile(r"data:image/[\w.+-]+;base64,(.+)", re.DOTALL)
KINDS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))

Home = Guild | Application


def make(world: World, home: Home, maker_id: str, body: Json) -> Json:
    """A new emoji of `home`. Raises Refusal 50035, or 30008 or 30018 where there are too many."""
    name = _name(body.get("name"))
    data, kind = _picture(body.get("image"))
    moving = kind == "gif"
    if isinstance(home, Guild):
        if sum(1 for row in home.emojis.values() if row["animated"] == moving) >= MOST_IN_GUILD:
            raise refuse(30018 if moving else 30008)
    elif len(home.emojis) >= MOST_IN_APPLICATION:
        raise refuse(30008)
    roles = [str(role) for role in body.get("roles") or []]
    made: Json = {"id": world.ids.new(), "name": name, "animated": moving, "kind": kind, "maker_id": maker_id, "roles": roles}
    home.emojis[made["id"]] = made
    world.store.put(made["id"], data)
    _told(world, home)
    return made


def change(world: World, home: Home, emoji: Json, body: Json) -> None:
    """A new name, or other roles that may use it. Raises Refusal 50035."""
    if "name" in body:
        emoji["name"] = _name(body["name"])
    if "roles" in body and isinstance(home, Guild):
        emoji["roles"] = [str(role) for role in body["roles"] or []]
    _told(world, home)


def remove(world: World, home: Home, emoji: Json) -> None:
    """Takes it and its picture away; messages that show it show its name."""
    del home.emojis[emoji["id"]]
    world.store.drop(emoji["id"])
    _told(world, home)


def find(world: World, emoji_id: str) -> Json | None:
    """The emoji of any home."""
    return next((home.emojis[emoji_id] for home in homes(world) if emoji_id in home.emojis), None)


def homes(world: World) -> list[Home]:
    """All that may have emojis."""
    return [*world.state.guilds.values(), *world.state.applications.values()]


def with_maker(world: World, emoji: Json) -> Json:
    """The emoji with who made it, as its own routes show it."""
    maker = world.state.users.get(emoji["maker_id"])
    shown = portraits.own_emoji(emoji)
    return shown if maker is None else {**shown, "user": portraits.user(maker)}


def _told(world: World, home: Home) -> None:
    world.changed()
    if isinstance(home, Guild):
        data = {"guild_id": home.id, "emojis": [portraits.own_emoji(row) for row in home.emojis.values()]}
        world.news.guild("GUILD_EMOJIS_UPDATE", home, data)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 32 in length, of letters, digits and underscores.")
    return value


def _picture(value: Any) -> tuple[bytes, str]:
    found = DATA.fullmatch(value) if isinstance(value, str) else None
    try:
        data = base64.b64decode(found.group(1), validate=True) if found else b""
    except binascii.Error:
        data = b""
    kind = next((kind for start, kind in KINDS if data.startswith(start)), "webp" if data[8:12] == b"WEBP" else "")
    if not kind and data[4:12] in (b"ftypavif", b"ftypavis"):
        kind = "avif"
    if not kind:
        raise bad_field("image", "IMAGE_INVALID", "Invalid image data")
    if len(data) > LARGEST_BYTES:
        raise bad_field("image", "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 256.0 kb.")
    return data, kind
