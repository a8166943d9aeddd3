"""Embeds of messages."""

from __future__ import annotations

from collections.abc import Callable

from astra.sandbox.discord.refusal import Json, Problems

from .fields import Fields

MOST_EMBEDS = 10
MOST_TEXT = 6000


def check_embeds(problems: Problems, payload: Json, resolve: Callable[[str], Json | None]) -> list[Json]:
    """The embeds of `payload`; what is wrong is in the problems. `resolve` finds a file of the message."""
    found = []
    total = 0
    for path, data in Fields(problems, payload, ()).objects("embeds", MOST_EMBEDS):
        shown, length = _embed(Fields(problems, data, path), resolve)
        total += length
        found.append(shown)
    if total > MOST_TEXT:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_TEXT}")
    return found


def _embed(fields: Fields, resolve: Callable[[str], Json | None]) -> tuple[Json, int]:
    shown: Json = {"type": "rich", "content_scan_version": 0}
    length = 0
    for name, longest in (("title", 256), ("description", 4096)):
        if (text := fields.text(name, longest)) is not None:
            shown[name] = text
            length += len(text)
    if (url := fields.url("url", 2048, ("http", "https"))) is not None:
        shown["url"] = url
    if (color := fields.integer("color", 0, 0xFFFFFF)) is not None:
        shown["color"] = color
    if (moment := fields.text("timestamp", 64)) is not None:
        shown["timestamp"] = moment
    for name, key, longest in (("footer", "text", 2048), ("author", "name", 256)):
        inner = fields.inside(name)
        if inner is not None:
            text = inner.text(key, longest, required=True)
            shown[name] = {**{k: v for k, v in inner.data.items() if k in ("icon_url", "url")}, key: text}
            length += len(text or "")
    for name in ("image", "thumbnail"):
        inner = fields.inside(name)
        if inner is not None:
            shown[name] = _picture(inner, resolve)
    rows = []
    for path, data in fields.objects("fields", 25):
        field = Fields(fields.problems, data, path)
        title = field.text("name", 256, least=1, required=True)
        value = field.text("value", 1024, least=1, required=True)
        length += len(title or "") + len(value or "")
        rows.append({"name": title, "value": value, "inline": field.boolean("inline")})
    if rows:
        shown["fields"] = rows
    return shown, length


def _picture(fields: Fields, resolve: Callable[[str], Json | None]) -> Json:
    url = fields.url("url", 2048, ("http", "https", "attachment"), required=True) or ""
    if not url.startswith("attachment://"):
        return {"url": url, "proxy_url": url, "width": 0, "height": 0}
    found = resolve(url.removeprefix("attachment://"))
    if found is None:  # Discord leaves such an address as it is: a picture that does not show
        return {"url": url}
    return {key: found[key] for key in ("url", "proxy_url", "width", "height")}
