"""A long list in pages, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from aiohttp import web

from .page import Html, render
from .speech import Speech

PAGE_ROWS = 50
Thing = TypeVar("Thing")


def paged(request: web.Request, say: Speech, things: Sequence[Thing]) -> tuple[list[Thing], Html]:
    """The rows of the asked page, newest first, and the way to the others."""
    asked = request.query.get("page", "1")
    last = max(1, -(-len(things) // PAGE_ROWS))
    number = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 7 else 1), last)
    newest_first = things[::-1]
    shown = list(newest_first[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    if last == 1:
        return shown, Html("")

    def link(to: int, text: str) -> Html:
        if not 1 <= to <= last:
            return Html("<span></span>")
        return render("link_button", say, href=str(request.rel_url.update_query(page=str(to))), text=text)

    text = say("Page {number} of {last}", number=number, last=last)
    newer, older = link(number - 1, say("Newer")), link(number + 1, say("Older"))
    return shown, render("pages", say, newer=newer, older=older, text=text)
