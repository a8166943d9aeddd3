"""What an application may answer to an interaction, and what it may write with the token afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from astra.sandbox.discord import messages
from astra.sandbox.discord.body import Upload
from astra.sandbox.discord.forms.message import draft
from astra.sandbox.discord.forms.modal import check_modal
from astra.sandbox.discord.refusal import Json, Problems, refuse
from astra.sandbox.discord.rows import AUTOCOMPLETE, COMMAND, COMPONENT, EPHEMERAL, LOADING, MODAL, Interaction, Message

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World

PONG, REPLY, DEFER, DEFER_UPDATE, UPDATE, COMPLETE, FORM = 1, 4, 5, 6, 7, 8, 9


def answer(world: World, row: Interaction, body: Json, uploads: list[Upload]) -> Message | None:
    """Does what a callback says; the message it made or changed, if any. Raises Refusal 50035, 50006 or 10008."""
    kind = body.get("type")
    data = body.get("data") or {}
    allowed = [COMPLETE] if row.type == AUTOCOMPLETE else [REPLY, DEFER]
    if row.source_message_id is not None:
        allowed += [DEFER_UPDATE, UPDATE]
    if row.type in (COMMAND, COMPONENT):
        allowed.append(FORM)
    problems = Problems()
    if kind not in allowed or isinstance(kind, bool):
        known = ", ".join(str(entry) for entry in allowed)
        problems.add(("type",), "BASE_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).')
    if not isinstance(data, dict):
        problems.add(("data",), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    problems.raise_if_any()
    message: Message | None = None
    if kind == REPLY:
        message = _reply(world, row, data, uploads)
        outcome = "message"
    elif kind == DEFER:
        message = _loading(world, row, data)
        outcome = "deferred"
    elif kind == COMPLETE:
        row.choices = list(data.get("choices") or [])[:25]
        outcome = "choices"
    elif kind == FORM:
        row.modal = check_modal(data)
        world.desk.keep_modal(row)
        outcome = "modal"
    else:
        message = messages.find(world, row.channel_id, row.source_message_id or "", reader_id=row.user_id)
        outcome = "deferred_update"
        if kind == UPDATE:
            messages.edit(world, message, data, uploads)
            outcome = "update"
    if message is not None:
        row.response_message_id = message.id
    world.desk.settle(row, outcome)
    return message


def original(world: World, row: Interaction) -> Message:
    """The message of the first answer. Raises Refusal 10015 where there was none, 10008 where it is gone."""
    if row.response_message_id is None:
        raise refuse(10015)
    return messages.find(world, row.channel_id, row.response_message_id, reader_id=row.user_id)


def written(world: World, row: Interaction, message_id: str) -> Message:
    """A message of this interaction's token. Raises Refusal 10008 or 10015."""
    if message_id in ("@original", row.response_message_id):
        return original(world, row)
    message = messages.find(world, row.channel_id, message_id, reader_id=row.user_id)
    if message.interaction is None or message.interaction["id"] != row.id:
        raise refuse(10008)
    return message


def follow_up(world: World, row: Interaction, payload: Json, uploads: list[Upload]) -> Message:
    """A further message; directly after a deferred reply it fills that one. Raises Refusal 50035 or 50006."""
    first: Message | None = None
    if row.response_message_id is not None:
        first = world.state.messages.get(row.channel_id, {}).get(row.response_message_id)
    if first is not None and first.flags & LOADING:
        return messages.edit(world, first, payload, uploads)
    channel = world.channel(row.channel_id)
    made = draft(world.state, world.ids, channel.id, payload, uploads)
    message = _blank(world, row, payload.get("flags"))
    if first is not None:
        message.type = 19
        message.reference = messages.reference_to(first, channel)
        message.interaction = {**row.metadata, "original_response_message_id": first.id}
    return messages.write(world, channel, message, made)


def _reply(world: World, row: Interaction, data: Json, uploads: list[Upload]) -> Message:
    channel = world.channel(row.channel_id)
    made = draft(world.state, world.ids, channel.id, data, uploads)
    message = _blank(world, row, data.get("flags"))
    return messages.write(world, channel, message, made)


def _loading(world: World, row: Interaction, data: Json) -> Message:
    channel = world.channel(row.channel_id)
    made = draft(world.state, world.ids, channel.id, {}, [], may_be_empty=True)
    made.flags |= LOADING
    message = _blank(world, row, data.get("flags"))
    return messages.write(world, channel, message, made)


def _blank(world: World, row: Interaction, flags: Any) -> Message:
    hidden = isinstance(flags, int) and bool(flags & EPHEMERAL)
    message = Message(
        id=world.ids.new(),
        channel_id=row.channel_id,
        author_id=row.application_id,
        created_at=world.clock.text(),
        type=20 if row.type == COMMAND else 0,
        flags=EPHEMERAL if hidden else 0,
        application_id=row.application_id,
        by_webhook=True,
        interaction=dict(row.metadata),
        visible_to=row.user_id if hidden else None,
    )
    if row.type in (COMPONENT, MODAL) and row.source_message_id is not None:
        source = world.state.messages.get(row.channel_id, {}).get(row.source_message_id)
        if source is not None and not (source.ephemeral and not hidden):
            message.type = 19
            message.reference = messages.reference_to(source, world.channel(row.channel_id))
    return message
