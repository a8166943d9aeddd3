"""What this Discord remembers. Plain rows, so that the state file is their JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]

TEXT, DIRECT = 0, 1  # kinds of channel
FORUMS = (15, 16)
REPLY = 19  # a kind of message
THREADS = (10, 11, 12)
PUBLIC_THREAD, PRIVATE_THREAD = 11, 12
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5  # kinds of interaction
EPHEMERAL, LOADING, COMPONENTS_V2, SUPPRESS_EMBEDS = 64, 128, 32768, 4  # flags of messages


@dataclass
class User:
    """A person or a bot."""

    id: str
    username: str
    global_name: str | None = None
    locale: str = "pt-BR"
    dms_open: bool = True
    bot: bool = False
    email: str | None = None
    verified: bool = True
    bio: str = ""
    status: str = "online"  # of a person, as bots with the presence intent see it


@dataclass
class Role:
    """A role; the one with the guild's own id is @everyone. A managed one belongs to a bot."""

    id: str
    name: str
    permissions: int
    position: int
    bot_id: str | None = None
    color: int = 0
    hoist: bool = False
    mentionable: bool = False


@dataclass
class Member:
    """A user in a guild."""

    user_id: str
    joined_at: str
    roles: list[str] = field(default_factory=list)
    nick: str | None = None
    silent_until: str | None = None


@dataclass
class Guild:
    """A server."""

    id: str
    name: str
    owner_id: str
    roles: dict[str, Role]
    members: dict[str, Member]
    locale: str = "pt-BR"
    bans: dict[str, str | None] = field(default_factory=dict)  # user → reason
    description: str | None = None
    emojis: dict[str, Json] = field(default_factory=dict)  # id → id, name, animated, kind, maker_id, roles
    settings: Json = field(default_factory=dict)  # what a bot has set and nothing here depends on


@dataclass
class Channel:
    """A channel or thread of a guild, or a direct one between two users (`recipients`).

    A thread has `parent_id` and `thread`: owner_id, created_at, archived, archived_at, minutes, locked, invitable, members, and in a
    forum tags and flags.
    """

    id: str
    type: int
    name: str = ""
    guild_id: str | None = None
    recipients: list[str] = field(default_factory=list)
    position: int = 0
    topic: str | None = None
    overwrites: list[Json] = field(default_factory=list)
    last_message_id: str | None = None
    parent_id: str | None = None
    nsfw: bool = False
    slow_seconds: int = 0
    last_pin_at: str | None = None
    thread: Json | None = None
    more: Json = field(default_factory=dict)  # what only channels of its kind have

    @property
    def is_thread(self) -> bool:
        """Whether it hangs on another channel."""
        return self.type in THREADS


@dataclass
class Webhook:
    """An address of a channel that writes messages under its own name."""

    id: str
    channel_id: str
    guild_id: str
    application_id: str | None
    user_id: str
    name: str
    token: str


@dataclass
class Attachment:
    """A file of a message; its bytes lie in the store under the id."""

    id: str
    channel_id: str
    filename: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None
    description: str | None = None

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/attachments/{self.channel_id}/{self.id}/{self.filename}"


@dataclass
class Message:
    """A message. `visible_to` names the only person who sees an ephemeral one."""

    id: str
    channel_id: str
    author_id: str
    created_at: str
    type: int = 0
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    mention_roles: list[str] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    edited_at: str | None = None
    reference: Json | None = None
    application_id: str | None = None
    by_webhook: bool = False
    interaction: Json | None = None
    visible_to: str | None = None
    pinned_at: str | None = None
    reactions: list[Json] = field(default_factory=list)  # {name, users}
    poll: Json | None = None  # question, answers, allow_multiselect, layout_type, expiry, votes, finished
    author: Json | None = None  # of a webhook: what stands in place of a user

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.visible_to is not None


@dataclass
class Application:
    """An application with its bot (both have the same id)."""

    id: str
    name: str
    owner_id: str
    token: str | None
    signing_seed: str  # hexadecimal private key of Ed25519
    verify_key: str
    endpoint_url: str | None = None
    description: str = ""
    privileged_intents: int = 0
    commands: list[Json] = field(default_factory=list)
    identifies: list[float] = field(default_factory=list)
    client_secret: str = ""
    redirect_uris: list[str] = field(default_factory=list)
    emojis: dict[str, Json] = field(default_factory=dict)  # as those of a guild
    settings: Json = field(default_factory=dict)  # what it says of itself: tags, where one installs it
    role_records: list[Json] = field(default_factory=list)  # what it can tell of people, for linked roles
    role_connections: dict[str, Json] = field(default_factory=dict)  # user → what it told of him


@dataclass
class Interaction:
    """A click, a submitted modal or a command, and what became of it."""

    id: str
    token: str
    application_id: str
    user_id: str
    type: int
    channel_id: str
    guild_id: str | None
    created_unix: float
    metadata: Json
    source_message_id: str | None = None
    state: str = "pending"  # → answered | failed
    outcome: str = ""
    response_message_id: str | None = None
    modal: Json | None = None
    modal_id: str | None = None
    choices: list[Json] | None = None


def to_json(row: Any) -> Json:
    """A row as JSON."""
    return asdict(row)


def guild_from(data: Json) -> Guild:
    """The guild that `to_json` wrote."""
    roles = {key: Role(**value) for key, value in data["roles"].items()}
    members = {key: Member(**value) for key, value in data["members"].items()}
    return Guild(**{**data, "roles": roles, "members": members})


def message_from(data: Json) -> Message:
    """The message that `to_json` wrote."""
    return Message(**{**data, "attachments": [Attachment(**value) for value in data["attachments"]]})
