"""Adds the client's pages and files to the server's application."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from astra.sandbox.discord.oauth_page import or_invite

from . import hands
from .media import show_media
from .pages import FOLDER, authorize, chat, developers, words_of

STATIC = FOLDER / "static"


def add_client_routes(app: web.Application) -> None:
    """`/`, `/channels/…`, `/dm/…`, `/developers`, `/oauth2/authorize`, and what they load under `/client/`.

    The pages hold no data: their scripts talk to the JSON APIs under `/_sandbox/` only.
    """
    app.add_routes(hands.routes())
    app.add_routes(
        [
            web.get("/", chat),
            web.get("/channels/{guild}", chat),
            web.get("/channels/{guild}/{channel}", chat),
            web.get("/dm/{channel}", chat),
            web.get("/developers", developers),
            web.get("/developers/applications", developers),  # as at Discord: what shops link to
            web.get("/oauth2/authorize", or_invite(authorize)),
            web.get("/client/words/{language}.json", words_of),
            web.get("/client/media", show_media),
            web.get("/client/static/{name}", _static),
        ]
    )


_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


async def _static(request: web.Request) -> web.StreamResponse:
    """A script, style or picture. Asked again each time: a newer checkout must not meet an older script."""
    path: Path = STATIC / request.match_info["name"]
    if path.parent != STATIC or path.suffix not in _TYPES:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": _TYPES[path.suffix] + "; charset=utf-8",
    }
    return web.FileResponse(path, headers=headers)  # 404 where there is none
