"""The statement in the panel: the books, and how the API tells them otherwise on demand."""

from __future__ import annotations

from aiohttp import web

from . import rows
from .bank import Bank
from .page import Html, answer, render
from .paging import paged
from .refusal import Refusal
from .refusal_words import sentence
from .speech import Speech
from .statement import DIFFERENCES, EXTRA


class StatementPage:
    """Routes of the statement."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [web.get("/statement", self._show), web.post("/statement", self._press)]

    async def _show(self, request: web.Request) -> web.Response:
        return self._page(request, Speech.of(request))

    async def _press(self, request: web.Request) -> web.Response:
        form, say = await request.post(), Speech.of(request)
        action, line_id = str(form.get("action", "")), str(form.get("back", ""))
        try:
            if action == "honest":
                self._bank.account.be_honest()
            elif action in DIFFERENCES:
                self._bank.account.differ(action, None if action == EXTRA else line_id)
            else:
                raise Refusal(422, "unknown_button", "This button is unknown.")
        except Refusal as refusal:
            note = render("note", say, kind="bad", role="alert", width="wide", text=sentence(say, refusal))
            return self._page(request, say, note, refusal.status)
        self._bank.changed()
        raise web.HTTPSeeOther("/statement")

    def _page(self, request: web.Request, say: Speech, note: Html | None = None, code: int = 200) -> web.Response:
        bank, balances, balance = self._bank, {}, 0
        for line in bank.state.lines:
            balance += line.amount_minor
            balances[line.line_id] = balance
        shown, foot = paged(request, say, bank.state.lines)
        count = len(bank.account.differences())
        presses = [(EXTRA, say("Invent a line"))] + ([("honest", say("Take all differences back"))] if count else [])
        main = render(
            "statement_page",
            say,
            title=say("Statement"),
            state=say("The API differs from the books in {count} lines.", count=count)
            if count
            else say("The API tells the books as they are."),
            actions=rows.buttons(say, "/statement", "", presses),
            list=render("card", say, rows=rows.lines(say, shown, balances, bank.clock.now()), foot=foot),
        )
        return answer(say, title=say("Statement"), main=main, section="statement", note=note, status=code)
