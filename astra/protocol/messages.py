"""What is said between core and bot. Every message has an example in ``examples/`` that both sides read in their tests."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from astra.protocol import parse

BOT_STATES = ("connecting", "online", "lost", "ending")
# The reason of a heartbeat whose bot asks nothing of Discord for a while, so that the address is not banned.
QUIET = "quiet"
# The reason of a heartbeat whose bot tries to connect and does not reach Discord.
DISCORD_AWAY = "discord_unreachable"
WANTED_STATES = ("running", "stopped")
GUILD_EVENT_KINDS = ("present", "joined", "left", "changed")

# Bounds of what a heartbeat may carry.
MOST_LINES = 40
LONGEST_LINE = 240
MOST_COUNTED = 2**31 - 1
# The word that silences a bot must run out by itself.
LONGEST_QUIET_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Message:
    """The base: turns into plain JSON; ``read`` of each subclass turns back or raises ``parse.BadMessage``."""

    def json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        return asdict(self, dict_factory=_plain)


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in pairs}


@dataclass(frozen=True, slots=True)
class SessionRequest(Message):
    """bot → core: trades the ticket for a session. The signature is the named key's, over ``signing.opening_text``."""

    ticket: str = field(repr=False)
    public_key: str
    signature: str

    @classmethod
    def read(cls, body: object) -> "SessionRequest":
        """From JSON."""
        found = parse.fields(body, ticket=str, public_key=str, signature=str)
        return cls(**{name: parse.text(value, name, 200) for name, value in found.items()})


@dataclass(frozen=True, slots=True)
class SessionAnswer(Message):
    """core → bot: the session and everything the bot needs to begin. Stamps are the database's microseconds."""

    session_id: str
    generation: int
    expires: int
    now: int
    bot_token: str = field(repr=False)
    application_id: str
    transport: str
    presence_text: str
    api_url: str
    gateway_url: str

    @classmethod
    def read(cls, body: object) -> "SessionAnswer":
        """From JSON."""
        kinds = {one.name: int if one.name in ("generation", "expires", "now") else str for one in fields(cls)}
        found = parse.fields(body, **kinds)
        parse.one_of(found["transport"], "transport", ("http", "relay"))
        return cls(**found)


@dataclass(frozen=True, slots=True)
class RenewalAnswer(Message):
    """core → bot: the session lives until then."""

    expires: int
    now: int

    @classmethod
    def read(cls, body: object) -> "RenewalAnswer":
        """From JSON."""
        return cls(**parse.fields(body, expires=int, now=int))


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a heartbeat tells besides the state: answers since the last one (with their milliseconds), sign-ins at Discord since the
    process began, the gateway's latency, the log lines since the last one, and how many replies Discord refused since then (401, 403,
    429; a bot of before does not tell). A heartbeat without it is complete."""

    answers: int = 0
    total_ms: int = 0
    worst_ms: int = 0
    sign_ins: int = 0
    latency_ms: int = 0
    lines: tuple[str, ...] = ()
    refused: int = 0

    @classmethod
    def read(cls, body: object) -> "Pulse":
        """From JSON. Lines beyond the bounds are cut, so that a bot cannot fill the core."""
        whole = {"refused": 0, **body} if isinstance(body, dict) else body
        found = parse.fields(whole, answers=int, total_ms=int, worst_ms=int, sign_ins=int, latency_ms=int, lines=list, refused=int)
        if any(not 0 <= value <= MOST_COUNTED for name, value in found.items() if name != "lines"):
            raise parse.BadMessage("a count of the pulse is out of bounds")
        lines = found.pop("lines")[-MOST_LINES:]
        if not all(isinstance(line, str) for line in lines):
            raise parse.BadMessage("lines holds what is not text")
        return cls(**found, lines=tuple(parse.text(line[:LONGEST_LINE], "lines", LONGEST_LINE) for line in lines))


@dataclass(frozen=True, slots=True)
class Heartbeat(Message):
    """bot → core, every ten seconds: how it is. ``reason`` is the word of an ending, ``QUIET`` or ``DISCORD_AWAY``."""

    state: str
    reason: str
    pulse: Pulse = Pulse()

    @classmethod
    def read(cls, body: object) -> "Heartbeat":
        """From JSON."""
        found = parse.fields(body, state=str, reason=str)
        parse.one_of(found["state"], "state", BOT_STATES)
        parse.text(found["reason"], "reason", 48)
        told = body.get("pulse") if isinstance(body, dict) else None
        return cls(**found, pulse=Pulse.read(told) if told is not None else Pulse())


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer(Message):
    """core → bot: what is wanted of it, and how near the installation is to a ban of its address.

    For ``careful_seconds`` whoever was refused by Discord lately asks nothing of it, for ``quiet_seconds`` nobody does; 0 normally, and
    what a core of before means by saying neither.
    """

    wanted_state: str
    presence_text: str
    now: int
    careful_seconds: int = 0
    quiet_seconds: int = 0

    @classmethod
    def read(cls, body: object) -> "HeartbeatAnswer":
        """From JSON."""
        whole = {"careful_seconds": 0, "quiet_seconds": 0, **body} if isinstance(body, dict) else body
        found = parse.fields(whole, wanted_state=str, presence_text=str, now=int, careful_seconds=int, quiet_seconds=int)
        parse.one_of(found["wanted_state"], "wanted_state", WANTED_STATES)
        if not all(0 <= found[name] <= LONGEST_QUIET_SECONDS for name in ("careful_seconds", "quiet_seconds")):
            raise parse.BadMessage("the seconds of quiet are out of bounds")
        return cls(**found)


@dataclass(frozen=True, slots=True)
class GuildEvent(Message):
    """bot → core: it is in a server, was added to one, removed from one, or channels, roles or its own place there changed."""

    kind: str
    guild_id: str
    guild_name: str

    @classmethod
    def read(cls, body: object) -> "GuildEvent":
        """From JSON."""
        found = parse.fields(body, kind=str, guild_id=str, guild_name=str)
        parse.one_of(found["kind"], "kind", GUILD_EVENT_KINDS)
        parse.snowflake(found["guild_id"], "guild_id")
        parse.text(found["guild_name"], "guild_name", 200)
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Closure(Message):
    """bot → core: this interaction was answered by the bot itself, because the core did not answer in time."""

    reason: str

    @classmethod
    def read(cls, body: object) -> "Closure":
        """From JSON."""
        found = parse.fields(body, reason=str)
        return cls(parse.text(found["reason"], "reason", 48))


@dataclass(frozen=True, slots=True)
class Refusal(Message):
    """core → bot: no. ``now`` is 0 unless the stamp was off, and then the database's time."""

    error: str
    now: int = 0

    @classmethod
    def read(cls, body: object) -> "Refusal":
        """From JSON; whatever is not a refusal reads as one without a name."""
        if not isinstance(body, dict):
            return cls("")
        error, now = body.get("error"), body.get("now")
        return cls(error if isinstance(error, str) else "", now if isinstance(now, int) and not isinstance(now, bool) else 0)
