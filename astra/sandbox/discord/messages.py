"""Writing, changing and deleting messages, whoever does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import polls
from .body import Upload
from .forms.message import Draft, draft
from .refusal import Json, bad_field, refuse
from .rows import EPHEMERAL, LOADING, Channel, Message

if TYPE_CHECKING:
    from .world import World

NONCE_SECONDS = 180  # "the past few minutes"
NONCES_KEPT = 20_000


def write(world: World, channel: Channel, message: Message, made: Draft, nonce: str | int | None = None) -> Message:
    """Stores `message` with what `made` holds, and tells everybody."""
    _fill(world, message, made)
    world.state.messages.setdefault(channel.id, {})[message.id] = message
    if not message.ephemeral:
        channel.last_message_id = message.id
    world.changed()
    world.news.message("MESSAGE_CREATE", message, nonce)
    return message


def post(world: World, channel: Channel, author_id: str, payload: Json, uploads: list[Upload]) -> Message:
    """A message by a bot or a person. With `enforce_nonce` a repeated nonce finds the earlier message.

    Raises Refusal 50035, 50006, or 10008 where the message of that nonce has been deleted.
    """
    nonce = payload.get("nonce")
    key = f"{channel.id} {author_id} {nonce}" if nonce is not None and payload.get("enforce_nonce") else None
    known = world.state.nonces.get(key) if key is not None else None
    if known is not None and world.clock.unix() - float(known[1]) < NONCE_SECONDS:
        return find(world, channel.id, str(known[0]))
    made = draft(world.state, world.ids, channel.id, payload, uploads)
    message = Message(world.ids.new(), channel.id, author_id, world.clock.text(), tts=bool(payload.get("tts")))
    reference = payload.get("message_reference")
    if isinstance(reference, dict) and reference.get("message_id") is not None and _answers(world, channel, reference):
        message.type = 19
        message.reference = reference_to(find(world, channel.id, str(reference["message_id"])), channel)
    if author_id in world.state.applications:
        message.application_id = author_id
    if key is not None:
        _remember(world, key, message.id)
    return write(world, channel, message, made, nonce)


def _answers(world: World, channel: Channel, reference: Json) -> bool:
    """Whether a reply has what it replies to; with `fail_if_not_exists` off, one without is a message like any other."""
    there = str(reference["message_id"]) in world.state.messages.get(channel.id, {})
    if not there and reference.get("fail_if_not_exists") is not False:
        raise bad_field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return there


def edit(world: World, message: Message, payload: Json, uploads: list[Upload]) -> Message:
    """Changes what `payload` names. Raises Refusal 50035 or 50006."""
    if message.poll is not None or (payload.get("poll") and not message.flags & LOADING):
        raise refuse(520003)
    made = draft(world.state, world.ids, message.channel_id, payload, uploads, before=message)
    gone = {row.id for row in message.attachments} - {row.id for row in made.attachments}
    was_loading = message.flags & LOADING
    made.flags &= ~LOADING
    _fill(world, message, made)
    for key in gone:
        world.store.drop(key)
    if not was_loading:
        message.edited_at = world.ids.moment()
    world.state.stale(message.id)
    world.changed()
    world.news.message("MESSAGE_UPDATE", message)
    return message


def delete(world: World, message: Message) -> None:
    """Removes `message` with its files."""
    _remove(world, message)
    world.news.message_gone(message)


def delete_many(world: World, channel: Channel, rows: list[Message]) -> None:
    """Removes messages of one channel at once; bots hear one event."""
    for message in rows:
        _remove(world, message)
    if rows:
        world.news.messages_gone(channel, rows)


def _remove(world: World, message: Message) -> None:
    world.state.messages[message.channel_id].pop(message.id, None)
    for row in message.attachments:
        world.store.drop(row.id)
    world.changed()


def find(world: World, channel_id: str, message_id: str, *, reader_id: str | None = None) -> Message:
    """A message that `reader_id` may see; without one, only what everybody in the channel sees. Raises Refusal 10008."""
    message = world.state.messages.get(channel_id, {}).get(message_id)
    if message is None or (message.ephemeral and message.visible_to != reader_id):
        raise refuse(10008)
    return message


def listed(world: World, channel_id: str, reader_id: str | None) -> list[Message]:
    """The messages of a channel that `reader_id` sees, oldest first."""
    rows = world.state.messages.get(channel_id, {}).values()
    return [row for row in rows if not row.ephemeral or row.visible_to == reader_id]


def reference_to(message: Message, channel: Channel) -> Json:
    """The `message_reference` of a reply."""
    shown: Json = {"type": 0, "channel_id": channel.id, "message_id": message.id}
    return shown if channel.guild_id is None else {**shown, "guild_id": channel.guild_id}


def _fill(world: World, message: Message, made: Draft) -> None:
    message.content, message.embeds, message.components = made.content, made.embeds, made.components
    message.attachments = made.attachments
    if made.poll is not None:
        message.poll = polls.begin(world, made.poll)
    message.mentions, message.mention_everyone, message.mention_roles = made.mentions, made.mention_everyone, made.mention_roles
    message.flags = made.flags | (message.flags & EPHEMERAL)
    for key, data in made.uploads.items():
        world.store.put(key, data)


def _remember(world: World, key: str, message_id: str) -> None:
    nonces = world.state.nonces
    nonces.pop(key, None)
    nonces[key] = [message_id, world.clock.unix()]
    while len(nonces) > NONCES_KEPT:
        del nonces[next(iter(nonces))]
