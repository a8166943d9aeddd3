"""What happened, said once on the next page, with a way back where there is one."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

TAG = "toast"


@dataclass(frozen=True, slots=True)
class Toast:
    """A notice: ``tone`` is ok, warn or bad; ``undo`` is an address that a button posts to."""

    text: str
    detail: str = ""
    tone: str = "ok"
    undo: str = ""


def say(request: HttpRequest, text: Any, *, detail: Any = "", tone: str = "ok", undo: str = "") -> None:
    """Puts a notice on the next page. ``text`` says what happened, ``detail`` what it means."""
    level = {"ok": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}[tone]
    # Django keeps a message as one text between the requests: ours is JSON, known by its tag.
    messages.add_message(request, level, json.dumps({"text": str(text), "detail": str(detail), "undo": undo}), extra_tags=TAG)


def toast_of(message: Message) -> Toast:
    """A message of Django's (ours, or of a library) as a notice."""
    tone = "bad" if message.level >= messages.ERROR else "warn" if message.level >= messages.WARNING else "ok"
    if message.extra_tags == TAG:
        return Toast(tone=tone, **json.loads(str(message.message)))
    return Toast(str(message.message), tone=tone)
