"""The poll of a message that is about to be written."""

from __future__ import annotations

from astra.sandbox.discord.refusal import Json

from .fields import Fields
from .pieces import emoji

LONGEST_QUESTION, LONGEST_ANSWER, MOST_ANSWERS, MOST_HOURS = 300, 55, 10, 768


def check_poll(form: Fields) -> Json | None:
    """The poll that the message asks for: question, answers, allow_multiselect, layout_type, hours."""
    poll = form.inside("poll")
    if poll is None:
        return None
    question = poll.inside("question")
    text = question.text("text", LONGEST_QUESTION, least=1, required=True) if question is not None else None
    if question is None:
        poll.required("question")
    answers = []
    for number, (path, entry) in enumerate(poll.objects("answers", MOST_ANSWERS, least=1), start=1):
        media = Fields(poll.problems, entry, path).inside("poll_media")
        if media is None:
            Fields(poll.problems, entry, path).required("poll_media")
            continue
        shown: Json = {"text": media.text("text", LONGEST_ANSWER, least=1, required=True)}
        if (picture := emoji(media)) is not None:
            shown["emoji"] = picture
        answers.append({"answer_id": number, "poll_media": shown})
    return {
        "question": {"text": text},
        "answers": answers,
        "allow_multiselect": poll.boolean("allow_multiselect"),
        "layout_type": poll.integer("layout_type", 1, 1, default=1),
        "hours": poll.integer("duration", 1, MOST_HOURS, default=24),
    }
