"""What happened, said once on the next page, with a way back where there is one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


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
    messages.add_message(request, level, {"text": str(text), "detail": str(detail), "undo": undo})  # type: ignore[arg-type]


def toast_of(message: Message) -> Toast:
    """A message of Django's (ours, or of a library) as a notice."""
    tone = "bad" if message.level >= messages.ERROR else "warn" if message.level >= messages.WARNING else "ok"
    body: Any = message.message
    if isinstance(body, dict):
        return Toast(body.get("text", ""), body.get("detail", ""), tone, body.get("undo", ""))
    return Toast(str(body), "", tone)
