"""Rows as Discord shows them. `base` is put before addresses of attachments: empty for people, absolute for bots."""

from __future__ import annotations

from .addresses import with_base
from .channel_kinds import at_first
from .permissions import in_guild
from .refusal import Json
from .rows import (
    DIRECT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    REPLY,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    User,
    Webhook,
)
from .state import State


def user(row: User) -> Json:
    """A user object."""
    shown: Json = {
        "id": row.id,
        "username": row.username,
        "discriminator": "0000" if row.bot else "0",
        "global_name": row.global_name,
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "clan": None,
        "public_flags": 0,
        "flags": 0,
    }
    return {**shown, "bot": True} if row.bot else shown


def own_user(row: User) -> Json:
    """What a bot sees of itself."""
    return {
        **user(row),
        "mfa_enabled": True,
        "locale": "en-US" if row.bot else row.locale,
        "premium_type": 0,
        "email": None,
        "verified": row.verified,
        "bio": row.bio,
    }


def role(row: Role) -> Json:
    """A role object."""
    shown: Json = {
        "id": row.id,
        "name": row.name,
        "description": None,
        "permissions": str(row.permissions),
        "position": row.position,
        "color": row.color,
        "colors": {"primary_color": row.color, "secondary_color": None, "tertiary_color": None},
        "hoist": row.hoist,
        "managed": row.bot_id is not None,
        "mentionable": row.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return {**shown, "tags": {"bot_id": row.bot_id}} if row.bot_id is not None else shown


def member(state: State, row: Member) -> Json:
    """A member object with its user."""
    return {"user": user(state.users[row.user_id]), **bare_member(row)}


def bare_member(row: Member) -> Json:
    """A member object without its user, as messages carry it."""
    return {
        "nick": row.nick,
        "avatar": None,
        "banner": None,
        "roles": list(row.roles),
        "joined_at": row.joined_at,
        "premium_since": None,
        "communication_disabled_until": row.silent_until,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def channel(state: State, row: Channel, viewer_id: str | None = None) -> Json:
    """A channel object; of a direct one, `viewer_id` is not among the recipients."""
    shown: Json = {"id": row.id, "type": row.type, "last_message_id": row.last_message_id, "flags": 0}
    if row.type == DIRECT:
        others = [key for key in row.recipients if key != viewer_id]
        return {**shown, "recipients": [user(state.users[key]) for key in others]}
    if row.thread is not None:
        return {**shown, **_thread(state, row, row.thread, viewer_id)}
    return {
        **shown,
        **at_first(row.type),
        **row.more,
        "guild_id": row.guild_id,
        "name": row.name,
        "topic": row.topic,
        "position": row.position,
        "parent_id": row.parent_id,
        "nsfw": row.nsfw,
        "rate_limit_per_user": row.slow_seconds,
        "last_pin_timestamp": row.last_pin_at,
        "permission_overwrites": list(row.overwrites),
    }


def _thread(state: State, row: Channel, thread: Json, viewer_id: str | None) -> Json:
    count = sum(1 for entry in state.messages.get(row.id, {}).values() if not entry.ephemeral)
    meta: Json = {
        "archived": thread["archived"],
        "archive_timestamp": thread["archived_at"],
        "auto_archive_duration": thread["minutes"],
        "locked": thread["locked"],
        "create_timestamp": thread["created_at"],
    }
    if row.type == PRIVATE_THREAD:
        meta["invitable"] = thread["invitable"]
    shown: Json = {
        "guild_id": row.guild_id,
        "name": row.name,
        "parent_id": row.parent_id,
        "owner_id": thread["owner_id"],
        "rate_limit_per_user": row.slow_seconds,
        "last_pin_timestamp": row.last_pin_at,
        "thread_metadata": meta,
        "message_count": count,
        "total_message_sent": count,
        "member_count": min(50, len(thread["members"])),
    }
    if "tags" in thread:
        shown |= {"applied_tags": list(thread["tags"]), "flags": thread.get("flags", 0)}
    return {**shown, "member": thread_member(row, viewer_id)} if viewer_id in thread["members"] else shown


def thread_member(row: Channel, user_id: str | None) -> Json:
    """A member of a thread."""
    since = (row.thread or {"members": {}})["members"][user_id]
    return {"id": row.id, "user_id": user_id, "join_timestamp": since, "flags": 0}


def webhook(state: State, row: Webhook, base: str) -> Json:
    """A webhook as its makers see it."""
    return {
        "id": row.id,
        "type": 1,
        "name": row.name,
        "avatar": None,
        "channel_id": row.channel_id,
        "guild_id": row.guild_id,
        "application_id": row.application_id,
        "token": row.token,
        "url": f"{base}/api/webhooks/{row.id}/{row.token}",
        "user": user(state.users[row.user_id]),
    }


def guild(row: Guild) -> Json:
    """A guild object as REST shows it."""
    return {
        "id": row.id,
        "name": row.name,
        "icon": None,
        "description": row.description,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "features": [],
        "owner_id": row.owner_id,
        "application_id": None,
        "region": "brazil",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": row.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "nsfw": False,
        "nsfw_level": 0,
        "incidents_data": None,
        "emojis": [own_emoji(entry) for entry in row.emojis.values()],
        "stickers": [],
        "roles": [role(entry) for entry in row.roles.values()],
        **row.settings,
    }


def gateway_guild(state: State, row: Guild, bot_id: str, *, all_members: bool) -> Json:
    """A guild object as GUILD_CREATE carries it: with channels, and members as far as the bot may have them."""
    members = row.members.values() if all_members else [row.members[bot_id]]
    there = [entry for entry in state.channels.values() if entry.guild_id == row.id]
    channels = [entry for entry in there if not entry.is_thread]
    threads = [entry for entry in there if entry.type == PUBLIC_THREAD and entry.thread and not entry.thread["archived"]]
    return {
        **guild(row),
        "joined_at": row.members[bot_id].joined_at,
        "large": False,
        "unavailable": False,
        "member_count": len(row.members),
        "members": [member(state, entry) for entry in members],
        "channels": [channel(state, entry) for entry in channels],
        "threads": [channel(state, entry, bot_id) for entry in threads],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def my_guild(row: Guild, user_id: str) -> Json:
    """A guild in the list of one's own."""
    return {
        "id": row.id,
        "name": row.name,
        "icon": None,
        "banner": None,
        "owner": row.owner_id == user_id,
        "permissions": str(in_guild(row, user_id)),
        "features": [],
    }


def attachment(row: Attachment, base: str, *, ephemeral: bool) -> Json:
    """An attachment object."""
    url = base + row.path
    shown: Json = {
        "id": row.id,
        "filename": row.filename,
        "size": row.size,
        "url": url,
        "proxy_url": url,
        "content_type": row.content_type,
        "content_scan_version": 0,
    }
    if row.width is not None:
        shown |= {"width": row.width, "height": row.height}
    if row.description is not None:
        shown["description"] = row.description
    return {**shown, "ephemeral": True} if ephemeral else shown


def own_emoji(kept: Json) -> Json:
    """An emoji that belongs to a guild or an application."""
    shown = {key: kept[key] for key in ("id", "name", "animated", "roles")}
    return {**shown, "require_colons": True, "managed": False, "available": True}


def emoji(name: str) -> Json:
    """The emoji of a reaction: a character, or `name:id`."""
    word, _, number = name.partition(":")
    return {"id": number or None, "name": word}


def reaction(kept: Json, viewer_id: str | None) -> Json:
    """What one emoji counts under a message."""
    count = len(kept["users"])
    return {
        "emoji": emoji(kept["name"]),
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me": viewer_id in kept["users"],
        "me_burst": False,
    }


def poll(kept: Json, viewer_id: str | None, *, over: bool) -> Json:
    """A poll with its counts."""
    counts = []
    for entry in kept["answers"]:
        voters = kept["votes"].get(str(entry["answer_id"]), [])
        counts.append({"id": entry["answer_id"], "count": len(voters), "me_voted": viewer_id in voters})
    shown = {key: kept[key] for key in ("question", "answers", "expiry", "allow_multiselect", "layout_type")}
    return {**shown, "results": {"answer_counts": counts, "is_finalized": over}}


def message(state: State, row: Message, base: str = "", viewer_id: str | None = None, *, inner: bool = True) -> Json:
    """A message object; with `inner` of a reply also what it replies to, null where that is gone."""
    shown: Json = {
        "id": row.id,
        "type": row.type,
        "channel_id": row.channel_id,
        "author": row.author or user(state.users[row.author_id]),
        "content": row.content,
        "embeds": with_base(row.embeds, base),
        "components": with_base(row.components, base),
        "attachments": [attachment(entry, base, ephemeral=row.ephemeral) for entry in row.attachments],
        "mentions": [user(state.users[key]) for key in row.mentions],
        "mention_roles": list(row.mention_roles),
        "mention_everyone": row.mention_everyone,
        "pinned": row.pinned_at is not None,
        "tts": row.tts,
        "timestamp": row.created_at,
        "edited_timestamp": row.edited_at,
        "flags": row.flags,
    }
    if row.author is not None:
        shown["webhook_id"] = row.author_id
    if row.application_id is not None and row.by_webhook:
        shown |= {"application_id": row.application_id, "webhook_id": row.author_id}
    if row.reactions:
        shown["reactions"] = [reaction(entry, viewer_id) for entry in row.reactions]
    if row.poll is not None:
        shown["poll"] = poll(row.poll, viewer_id, over=row.poll["finished"] or row.poll["expiry"] <= state.now_text())
    if row.id in state.channels:
        shown["thread"] = channel(state, state.channels[row.id], viewer_id)
    if row.reference is not None:
        shown["message_reference"] = row.reference
        if row.type == REPLY and inner:
            source = state.messages.get(row.reference["channel_id"], {}).get(row.reference["message_id"])
            shown["referenced_message"] = None if source is None else message(state, source, base, viewer_id, inner=False)
    if row.interaction is not None:
        shown["interaction_metadata"] = metadata(state, row.interaction)
        if row.interaction["type"] == 2:
            known = row.interaction
            shown["interaction"] = {
                "id": known["id"],
                "type": 2,
                "name": known.get("name", ""),
                "user": user(state.users[known["user_id"]]),
            }
    return shown


def metadata(state: State, kept: Json) -> Json:
    """The `interaction_metadata` of a message."""
    shown = {key: value for key, value in kept.items() if key not in ("user_id", "triggering_interaction_metadata")}
    shown["user"] = user(state.users[kept["user_id"]])
    if "triggering_interaction_metadata" in kept:
        shown["triggering_interaction_metadata"] = metadata(state, kept["triggering_interaction_metadata"])
    return shown
