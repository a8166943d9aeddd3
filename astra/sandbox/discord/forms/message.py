"""A message that is about to be written: checked as a whole before anything is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from astra.sandbox.discord.body import Upload
from astra.sandbox.discord.ids import Snowflakes
from astra.sandbox.discord.refusal import Json, Problems, refuse
from astra.sandbox.discord.rows import COMPONENTS_V2, SUPPRESS_EMBEDS, Attachment, Message
from astra.sandbox.discord.state import State
from astra.sandbox.discord.store import picture_size

from .components import Components, walk
from .embeds import check_embeds
from .fields import Fields
from .poll import check_poll

MOST_CONTENT = 2000
SILENT = 4096
MENTION = re.compile(r"<@!?(\d{15,20})>")
ROLE_MENTION = re.compile(r"<@&(\d{15,20})>")
MENTIONABLE = ("users", "roles", "everyone")
LEGACY = ("content", "embeds", "sticker_ids", "poll")


@dataclass
class Draft:
    """What the message will hold."""

    content: str
    embeds: list[Json]
    components: list[Json]
    attachments: list[Attachment]
    uploads: dict[str, bytes]
    flags: int
    mentions: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    mention_roles: list[str] = field(default_factory=list)
    poll: Json | None = None


def draft(
    state: State,
    ids: Snowflakes,
    channel_id: str,
    payload: Json,
    uploads: list[Upload],
    *,
    before: Message | None = None,
    may_be_empty: bool = False,
) -> Draft:
    """Checks `payload` for a new message, or for a change of `before` (what is not named there stays).

    Raises Refusal 50035 with everything that is wrong, or 50006 where nothing would be shown.
    """
    problems = Problems()
    form = Fields(problems, payload, ())
    wanted_flags = form.integer("flags", 0, 2**31 - 1, default=0) or 0
    old_flags = before.flags if before is not None else 0
    v2 = bool((wanted_flags | old_flags) & COMPONENTS_V2)
    attachments, data = _attachments(ids, channel_id, form, uploads, before)
    by_name = {row.filename: row for row in attachments}

    def resolve(name: str) -> Json | None:
        row = by_name.get(name)
        return None if row is None else _media(row)

    content = before.content if before is not None else ""
    embeds = before.embeds if before is not None else []
    components = before.components if before is not None else []
    if "content" in payload:
        content = (form.text("content", MOST_CONTENT) or "").strip()  # blanks alone are no message
    if "embeds" in payload:
        embeds = check_embeds(problems, payload, resolve)
    if "components" in payload:
        components = Components(problems, v2=v2, resolve=resolve).check(payload)
    if v2:
        for name in LEGACY:
            if payload.get(name) or (name == "content" and content) or (name == "embeds" and embeds):
                message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.wrong(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    poll = check_poll(form)
    if payload.get("sticker_ids"):
        form.wrong("sticker_ids", "STICKER_UNKNOWN", "There are no stickers here.")
    _nonce(form)
    allowed = _allowed(form)
    problems.raise_if_any()
    shown = components if v2 else (content or embeds or attachments or components or poll)
    if not shown and not may_be_empty:
        raise refuse(50006)
    kept = old_flags & ~SUPPRESS_EMBEDS if "flags" in payload else old_flags
    new = wanted_flags & (SUPPRESS_EMBEDS | COMPONENTS_V2 | (SILENT if before is None else 0))
    made = Draft(content, embeds, components, attachments, data, kept | new, poll=poll)
    _mention(state, made, allowed)
    return made


def _attachments(
    ids: Snowflakes, channel_id: str, form: Fields, uploads: list[Upload], before: Message | None
) -> tuple[list[Attachment], dict[str, bytes]]:
    told = {str(entry.get("id")): (path, entry) for path, entry in form.objects("attachments", 10)}
    had = {row.id: row for row in before.attachments} if before is not None else {}
    kept = list(had.values())
    if form.data.get("attachments") is not None:
        kept = [row for row in had.values() if row.id in told]
    indexes = {str(upload.index) for upload in uploads}
    for key, (path, _) in told.items():
        if key not in had and key not in indexes:
            message = f"Attachment data missing for id {key}"
            form.problems.add((*path, "id"), "ATTACHMENT_NOT_FOUND", message)
    data: dict[str, bytes] = {}
    for upload in uploads:
        entry = told.get(str(upload.index), ((), {}))[1]
        size = picture_size(upload.data)
        row = Attachment(
            id=ids.new(),
            channel_id=channel_id,
            filename=upload.filename,
            size=len(upload.data),
            content_type=upload.content_type,
            width=size[0] if size else None,
            height=size[1] if size else None,
            description=entry.get("description") if isinstance(entry.get("description"), str) else None,
        )
        kept.append(row)
        data[row.id] = upload.data
    return kept, data


def _media(row: Attachment) -> Json:
    return {
        "id": row.id,
        "url": row.path,
        "proxy_url": row.path,
        "width": row.width,
        "height": row.height,
        "content_type": row.content_type,
        "loading_state": 2,
        "flags": 0,
        "attachment_id": row.id,
        "name": row.filename,
        "size": row.size,
    }


def _nonce(form: Fields) -> None:
    value = form.data.get("nonce")
    if isinstance(value, str) and len(value) > 25:
        form.wrong("nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer in length.")
    elif value is not None and (isinstance(value, bool) or not isinstance(value, (str, int))):
        form.wrong("nonce", "NONCE_TYPE_INVALID_TYPE", "Nonce must be an integer or string.")


def _allowed(form: Fields) -> Json | None:
    """`allowed_mentions`, or None where everything may be mentioned."""
    inner = form.inside("allowed_mentions")
    if inner is None:
        return None
    shown: Json = {}
    for name in ("parse", "users", "roles"):
        value = inner.data.get(name)
        if value is not None and not isinstance(value, list):
            inner.wrong(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        shown[name] = [str(entry) for entry in value] if isinstance(value, list) else []
    for index, kind in enumerate(shown["parse"]):
        if kind not in MENTIONABLE:
            known = ", ".join(f"'{entry}'" for entry in MENTIONABLE)
            path = (*inner.path, "parse", index)
            form.problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({known}).")
    if "users" in shown["parse"] and shown["users"]:
        message = 'parse:["users"] and users: [ids...] are mutually exclusive.'
        inner.wrong("users", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return shown


def _mention(state: State, made: Draft, allowed: Json | None) -> None:
    texts = [made.content, *(entry["content"] for entry in walk(made.components) if entry["type"] == 10)]
    named = dict.fromkeys(key for text in texts for key in MENTION.findall(text) if key in state.users)
    made.mentions = list(named)
    roles = dict.fromkeys(key for text in texts for key in ROLE_MENTION.findall(text))
    made.mention_roles = [key for key in roles if any(key in guild.roles for guild in state.guilds.values())]
    made.mention_everyone = any("@everyone" in text or "@here" in text for text in texts)
    if allowed is not None:
        if "users" not in allowed["parse"]:
            made.mentions = [key for key in made.mentions if key in allowed["users"]]
        if "roles" not in allowed["parse"]:
            made.mention_roles = [key for key in made.mention_roles if key in allowed["roles"]]
        made.mention_everyone = made.mention_everyone and "everyone" in allowed["parse"]
