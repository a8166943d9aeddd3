"""From a copied PIX code to the page of its charge: what a payer does first."""

from __future__ import annotations

import re

from aiohttp import web

from .bank import Bank
from .brcode import checksum
from .page import Html, answer, render
from .speech import Speech

_START = "000201"
_END = re.compile(r"6304([0-9A-Fa-f]{4})$")


class CodePage:
    """The route that a pasted code, and the link beside a code elsewhere, lead to."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [web.get("/pix", self._follow)]

    async def _follow(self, request: web.Request) -> web.Response:
        """Leads to the charge of `?code=`. A code of no charge here gets a page that says what is wrong with it."""
        code = request.query.get("code", "").strip()
        wanted = _bare(code)
        if not wanted:
            raise web.HTTPFound("/")
        for charge in reversed(self._bank.charges.find()):
            if _bare(charge.br_code) == wanted:
                raise web.HTTPFound(f"/pay/{charge.id}")
        say = Speech.of(request)
        status, text = 404, say("No charge here has this code. Nothing was paid. It may belong to another bank, or this one began anew.")
        if not wanted.startswith(_START):
            status, text = 422, say("This is no PIX code: such a code begins with 000201. Nothing was paid.")
        elif not _is_whole(code):
            status, text = 422, say("This code is cut short or was changed on the way. Nothing was paid. Copy it again, whole.")
        title = say("This code opened no charge")
        main = render("code_problem", say, title=title, text=text, form=code_form(say, code))
        return answer(say, title=title, main=main, status=status)


def code_form(say: Speech, code: str = "") -> Html:
    """The field that takes a code."""
    return render("code_form", say, code=code)


def _bare(code: str) -> str:
    # Phones and mail programs break long lines; the spaces in a name then no longer tell codes apart.
    return "".join(code.split())


def _is_whole(code: str) -> bool:
    line = re.sub(r"[\r\n\t]+", "", code)
    found = _END.search(line)
    return bool(found and line.isascii() and checksum(line[:-4]) == found[1].upper())
