"""What a person picked or uploaded, with the objects that its ids stand for."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from astra.sandbox.discord import portraits
from astra.sandbox.discord.body import LARGEST_FILE
from astra.sandbox.discord.forms.modal import UPLOAD, inputs
from astra.sandbox.discord.refusal import Json, Refusal, bad_field
from astra.sandbox.discord.rows import Attachment, Channel
from astra.sandbox.discord.store import picture_size

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World

USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8


def resolve(world: World, channel: Channel, kind: int, values: list[str], into: Json) -> None:
    """Adds to `into` the objects of `values`, picked in a select of `kind`. Raises Refusal 50035."""
    guild = world.guild_of(channel)
    for value in values:
        if kind in (USER_SELECT, MENTIONABLE_SELECT) and value in world.state.users:
            into.setdefault("users", {})[value] = portraits.user(world.state.users[value])
            if guild is not None and value in guild.members:
                into.setdefault("members", {})[value] = {**portraits.bare_member(guild.members[value]), "permissions": "0"}
        elif kind in (ROLE_SELECT, MENTIONABLE_SELECT) and guild is not None and value in guild.roles:
            into.setdefault("roles", {})[value] = portraits.role(guild.roles[value])
        elif kind == CHANNEL_SELECT and (row := world.state.channels.get(value)) and row.guild_id == channel.guild_id:
            into.setdefault("channels", {})[value] = {**portraits.channel(world.state, row), "permissions": "0"}
        else:
            raise _wrong("values", "There is no such choice.")


def resolve_modal(world: World, channel: Channel, modal: Json, components: list[Json]) -> Json:
    """The objects behind all that was picked in a modal. Raises Refusal 50035."""
    found: Json = {}
    for component in components:
        piece = component.get("component") or {}
        if piece.get("type") in (USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT):
            resolve(world, channel, piece["type"], piece["values"], found)
        elif piece.get("type") == UPLOAD:
            for value in piece["values"]:
                row = world.desk.uploads.get(value)
                if row is None:
                    raise _wrong(piece["custom_id"], "There is no such file.")
                found.setdefault("attachments", {})[value] = portraits.attachment(row, world.base_url, ephemeral=True)
    return found


def take_files(world: World, channel: Channel, modal: Json, values: Json) -> Json:
    """`values` in which each file `{filename, content_type?, data: base64}` is kept and its id in its place. Raises Refusal 50035."""
    taken = dict(values)
    for piece in inputs(modal):
        name = piece["custom_id"]
        if piece["type"] == UPLOAD and name in values:
            given = values[name] if isinstance(values[name], list) else [values[name]]
            taken[name] = [_keep(world, channel, name, entry) if isinstance(entry, dict) else str(entry) for entry in given]
    return taken


def _keep(world: World, channel: Channel, name: str, given: Json) -> str:
    filename, kind = given.get("filename"), given.get("content_type") or "application/octet-stream"
    if not isinstance(filename, str) or not filename or "/" in filename or not isinstance(kind, str):
        raise _wrong(name, "A file has a filename, a content_type and its data in base64.")
    try:
        data = base64.b64decode(str(given.get("data", "")), validate=True)
    except binascii.Error:
        raise _wrong(name, "The file's data is not base64.") from None
    if len(data) > LARGEST_FILE:
        raise _wrong(name, f"The file is larger than {LARGEST_FILE} bytes.")
    width, height = picture_size(data) or (None, None)
    row = Attachment(world.ids.new(), channel.id, filename, len(data), kind, width, height)
    world.store.put(row.id, data)
    world.desk.keep_upload(row)
    return row.id


def _wrong(name: str, message: str) -> Refusal:
    return bad_field(name, "NOT_POSSIBLE", message)
