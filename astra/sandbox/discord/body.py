"""Reads the body of a request or of an application's answer: JSON, or multipart with files."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from .refusal import Json, Refusal, bad_field, refuse

MOST_BYTES = 26 * 1024 * 1024
MOST_FILES = 10
LARGEST_FILE = 10 * 1024 * 1024  # without boosts, for people and bots alike
FILE_FIELD = re.compile(r"^files\[(\d+)\]$|^file(\d*)$")
NOT_AN_OBJECT = {"code": "DICT_TYPE_CONVERT", "message": "Only dictionaries may be used in a DictType"}
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Upload:
    """One file of a multipart body; `index` is what `attachments[].id` refers to."""

    index: int
    filename: str
    content_type: str
    data: bytes


async def read_json(request: web.Request) -> object:
    """The JSON body, an empty object where there is none. Raises Refusal 50109."""
    raw = await request.read()
    try:
        return json.loads(raw) if raw else {}
    except ValueError:
        raise refuse(50109) from None


async def read_object(request: web.Request) -> Json:
    """The JSON body, which must be an object. Raises Refusal 50109 or 50035."""
    data = await read_json(request)
    if not isinstance(data, dict):
        raise Refusal(400, 50035, "Invalid Form Body", {"_errors": [NOT_AN_OBJECT]})
    return data


async def read_form(request: web.Request) -> tuple[Json, list[Upload]]:
    """The object and the files of a body that may be multipart. Raises Refusal 50109, 50035 or 40005."""
    if request.content_type != "multipart/form-data":
        return await read_object(request), []
    fields = await request.post()
    parts: list[tuple[str, str | None, str, bytes]] = []
    for name, value in fields.items():
        if isinstance(value, web.FileField):
            parts.append((name, value.filename, value.content_type, value.file.read()))
        else:
            data = bytes(value) if isinstance(value, (bytes, bytearray)) else value.encode()
            parts.append((name, None, "", data))
    return gather(parts)


def gather(parts: Iterable[tuple[str, str | None, str, bytes]]) -> tuple[Json, list[Upload]]:
    """The object and the files out of multipart's parts (name, filename, type, bytes). Raises Refusal."""
    payload: Json = {}
    uploads: list[Upload] = []
    for name, filename, kind, data in parts:
        if name == "payload_json":
            try:
                payload = json.loads(data)
            except ValueError:
                raise refuse(50109) from None
        elif filename is not None and (found := FILE_FIELD.match(name)):
            if len(data) > LARGEST_FILE:
                raise refuse(40005)
            safe = UNSAFE.sub("_", filename).strip("._") or "file"
            index = int(found.group(1) or found.group(2) or 0)
            uploads.append(Upload(index, safe[:200], content_type(safe, kind), data))
        elif filename is None:
            payload[name] = data.decode(errors="replace")
    if not isinstance(payload, dict):
        raise refuse(50109)
    if len(uploads) > MOST_FILES:
        raise bad_field("files", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
    return payload, uploads


def content_type(filename: str, told: str) -> str:
    """The type of a file: what was told, unless that says nothing."""
    if told and told != "application/octet-stream":
        return told
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"
