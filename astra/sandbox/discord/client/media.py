"""Pictures that messages name by an address elsewhere, fetched here: the pages themselves load from nowhere else."""

from __future__ import annotations

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from yarl import URL

MAX_BYTES = 8 * 1024 * 1024
TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
TIMEOUT = ClientTimeout(total=8)


async def show_media(request: web.Request) -> web.Response:
    """The picture at `url`. 404 when there is none, it is too large, is no picture, or another site asks."""
    # Only our own pages may have this machine fetch things.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden(text="This request came from another site.")
    try:
        url = URL(request.query.get("url", ""))
    except ValueError as problem:
        raise web.HTTPBadRequest(text="No address.") from problem
    if url.scheme not in ("http", "https") or not url.host:
        raise web.HTTPBadRequest(text="No address.")
    try:
        async with ClientSession(timeout=TIMEOUT) as session, session.get(url, max_redirects=3) as found:
            body = await found.content.read(MAX_BYTES + 1)
            while len(body) <= MAX_BYTES and (more := await found.content.read(MAX_BYTES)):
                body += more
            if found.status != 200 or found.content_type not in TYPES or len(body) > MAX_BYTES:
                raise web.HTTPNotFound(text="No picture there.")
            headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=300"}
            return web.Response(body=body, content_type=found.content_type, headers=headers)
    except (ClientError, TimeoutError) as problem:
        raise web.HTTPNotFound(text="Nothing answered there.") from problem
