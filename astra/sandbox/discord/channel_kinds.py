"""What a channel of each kind has beyond the fields that all channels share."""

from __future__ import annotations

from typing import Any

from .ids import Snowflakes
from .refusal import Json, bad_field
from .rows import FORUMS, TEXT

VOICE, CATEGORY, ANNOUNCEMENT, STAGE = 2, 4, 5, 13
KINDS = (TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, *FORUMS)
PINNED = 1 << 1  # a post that stands above the others
REQUIRE_TAG = 1 << 4  # a forum whose posts need one

SPOKEN: Json = {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
POSTED: Json = {
    "available_tags": [],
    "default_reaction_emoji": None,
    "default_sort_order": None,
    "default_forum_layout": 0,
    "default_tag_setting": None,
}
# Left out until somebody sets them, as Discord does.
OF_THREADS = ("default_auto_archive_duration", "default_thread_rate_limit_per_user")
MAY_BE_NULL = ("rtc_region", "default_reaction_emoji", "default_sort_order", "default_tag_setting")


def at_first(kind: int) -> Json:
    """What a new channel of this kind has."""
    return dict(SPOKEN) if kind in (VOICE, STAGE) else dict(POSTED) if kind in FORUMS else {}


def changed(ids: Snowflakes, kind: int, before: Json, body: Json) -> Json:
    """`before` with what `body` says of this kind. Raises Refusal 50035 for more than twenty tags."""
    known = [*at_first(kind), *(OF_THREADS if kind in (TEXT, ANNOUNCEMENT, *FORUMS) else ())]
    shown = dict(before)
    for name in known:
        if name in body and (body[name] is not None or name in MAY_BE_NULL):
            shown[name] = body[name]
    if "available_tags" in known and isinstance(body.get("available_tags"), list):
        shown["available_tags"] = [_tag(ids, entry) for entry in body["available_tags"]]
        if len(shown["available_tags"]) > 20:
            raise bad_field("available_tags", "BASE_TYPE_MAX_LENGTH", "Must be 20 or fewer in length.")
    if isinstance(shown.get("default_reaction_emoji"), dict):
        shown["default_reaction_emoji"] = _emoji(shown["default_reaction_emoji"])
    if kind in FORUMS and isinstance(body.get("flags"), int):
        shown["flags"] = body["flags"] & REQUIRE_TAG
    return shown


def applied(parent: Json, wanted: Any) -> list[str]:
    """The tags of a post. Raises Refusal 50035 for one that its forum does not have, or more than five."""
    known = {entry["id"] for entry in parent.get("available_tags", [])}
    named = [str(key) for key in wanted or []]
    if len(named) > 5:
        raise bad_field("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
    if not set(named) <= known:
        raise bad_field("applied_tags", "APPLIED_TAGS_INVALID", "Unknown tag")
    return named


def _tag(ids: Snowflakes, entry: Json) -> Json:
    made = {"id": str(entry.get("id") or ids.new()), "name": entry["name"], "moderated": bool(entry.get("moderated"))}
    return {**made, **_emoji(entry)}


def _emoji(entry: Json) -> Json:
    identity = entry.get("emoji_id")
    return {"emoji_id": None if identity is None else str(identity), "emoji_name": entry.get("emoji_name")}
