"""The pages' frames: language, title, policy, and the one script each of them starts."""

from __future__ import annotations

from html import escape
from pathlib import Path

from aiohttp import web

from .words import PT_BR

FOLDER = Path(__file__).parent
BANK_URL = web.AppKey("bank_url", str)  # where a PIX code of the sandbox can be paid; without it the pages speak of no bank
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


async def chat(request: web.Request) -> web.Response:
    """Servers, channels, messages."""
    return _page(request, script="chat.js", title="Discord sandbox", kind="chat-page")


async def developers(request: web.Request) -> web.Response:
    """Applications, people, servers, faults, clock."""
    return _page(request, script="developers.js", title="Developers", kind="paper")


async def authorize(request: web.Request) -> web.Response:
    """Where an application is invited into a server."""
    return _page(request, script="authorize.js", title="Authorize an application", kind="paper")


async def words_of(request: web.Request) -> web.Response:
    """The texts of the scripts in one language; English texts name themselves."""
    words = PT_BR if request.match_info["language"] == "pt-BR" else {}
    return web.json_response(words, headers={"Cache-Control": "no-cache"})


def prefers_english(header: str) -> bool:
    """Whether `Accept-Language` names English before Portuguese; without a word about either: no."""
    weights = {"en": 0.0, "pt": 0.0}
    for part in header.split(","):
        tag, _, rest = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        try:
            weight = float(rest.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in weights:
            weights[language] = max(weights[language], weight)
    return weights["en"] > weights["pt"]


def _page(request: web.Request, *, script: str, title: str, kind: str) -> web.Response:
    english = prefers_english(request.headers.get("Accept-Language", ""))

    def say(text: str) -> str:
        return escape(text if english else PT_BR.get(text, text))

    bank_url = request.app.get(BANK_URL, "")
    bank = f' data-bank-url="{escape(bank_url)}"' if bank_url else ""
    text = f"""<!doctype html>
<html lang="{"en" if english else "pt-BR"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{say(title)} · AstraSystems</title>
<link rel="icon" href="/client/static/sign.svg" type="image/svg+xml">
<link rel="stylesheet" href="/client/static/chat.css">
<link rel="stylesheet" href="/client/static/message.css">
<link rel="stylesheet" href="/client/static/paper.css">
<script type="module" src="/client/static/{script}"></script>
</head>
<body class="{kind}"{bank}>
<div id="page"><noscript><p class="problem">{say("These pages need JavaScript.")}</p></noscript></div>
<p class="hidden" role="status" id="news"></p>
</body>
</html>
"""
    return web.Response(text=text, content_type="text/html", headers=HEADERS)
