"""Polls: asked in a message, answered by people, closed by whoever asked or by time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .refusal import Json, bad_field, refuse
from .rows import Message

if TYPE_CHECKING:
    from .world import World


def begin(world: World, asked: Json) -> Json:
    """The poll that a draft asks for (`hours` from now), without votes."""
    hours = asked.pop("hours")
    until = datetime.fromisoformat(world.clock.text()) + timedelta(hours=hours)
    return {**asked, "expiry": until.isoformat(timespec="microseconds"), "votes": {}, "finished": False}


def is_over(world: World, poll: Json) -> bool:
    """Whether nobody may vote any more."""
    return bool(poll["finished"]) or poll["expiry"] <= world.clock.text()


def find(message: Message) -> Json:
    """The poll of a message. Raises Refusal 520006."""
    if message.poll is None:
        raise refuse(520006)
    return message.poll


def vote(world: World, message: Message, user_id: str, answers: object) -> None:
    """Makes `answers` (ids; none takes a vote back) all that `user_id` votes for. Raises Refusal 520006, 520001 or 50035."""
    poll = find(message)
    if is_over(world, poll):
        raise refuse(520001)
    known = {entry["answer_id"] for entry in poll["answers"]}
    if not isinstance(answers, list) or not set(answers) <= known or len(set(answers)) != len(answers):
        raise bad_field("answers", "BASE_TYPE_CHOICES", "A list of ids of the poll's answers.")
    if len(answers) > 1 and not poll["allow_multiselect"]:
        raise bad_field("answers", "BASE_TYPE_MAX_LENGTH", "Must be 1 or fewer in length.")
    channel = world.state.channels[message.channel_id]
    for answer_id in sorted(known):
        voters = poll["votes"].setdefault(str(answer_id), [])
        if (user_id in voters) == (answer_id in answers):
            continue
        if user_id in voters:
            voters.remove(user_id)
        else:
            voters.append(user_id)
        event = "MESSAGE_POLL_VOTE_ADD" if answer_id in answers else "MESSAGE_POLL_VOTE_REMOVE"
        world.news.in_channel(event, channel, {"user_id": user_id, "message_id": message.id, "answer_id": answer_id})
    world.state.stale(message.id)
    world.changed()


def finish(world: World, message: Message) -> None:
    """Closes the poll now. Raises Refusal 520006 or 520001."""
    poll = find(message)
    if is_over(world, poll):
        raise refuse(520001)
    poll["finished"], poll["expiry"] = True, world.clock.text()
    world.state.stale(message.id)
    world.changed()
    world.news.message("MESSAGE_UPDATE", message)
