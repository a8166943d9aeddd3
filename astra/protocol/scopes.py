"""Everything that an instance's credential is good for: one table, which the core asks at each request and the documentation is made from.

A request to an address that is not in it is refused, whoever signed it. Seller and instance always come from the credential; nothing in a
request can name another.
"""

import re
from dataclasses import dataclass

from astra.protocol import paths


@dataclass(frozen=True, slots=True)
class Scope:
    """One verb: its word, its address, by what it is opened, what it does and what it answers."""

    name: str
    path: str
    opened_by: str
    does: str
    answers: str


SCOPES = (
    Scope(
        "session:open",
        paths.SESSIONS,
        "a start ticket: single use, two minutes, one generation; and proof of a key that the bot made",
        "opens the session of the generation the ticket was made for; ends older ones",
        "the session, the bot's own token, Discord's addresses, the presence text",
    ),
    Scope(
        "session:renew", paths.RENEWALS, "the session", "keeps its own session for another 15 minutes", "its end and the database's time"
    ),
    Scope(
        "health:report",
        paths.HEARTBEATS,
        "the session",
        "says how its own instance is: connecting, online, lost, ending",
        "whether it is wanted, the presence text, the database's time, and for how long to ask nothing of Discord",
    ),
    Scope("guilds:report", paths.GUILD_EVENTS, "the session", "tells servers that its own bot is in, joined or left", "nothing"),
    Scope(
        "interactions:relay",
        paths.INTERACTIONS,
        "the session",
        "brings presses at its own application: they may change carts and orders of the person they name",
        "the reply to post; never goods, a file or a PIX code. Goods are written by the core itself: docs/decisions/0009",
    ),
    Scope(
        "interactions:close",
        paths.closure_of("{interaction}"),
        "the session",
        "says that it answered a press of its own application itself, because the core was late",
        "whether that press is known",
    ),
)
_MATCHERS = tuple((re.compile(re.escape(one.path).replace(r"\{interaction\}", "[^/]+")), one) for one in SCOPES)


def scope_of(path: str) -> Scope | None:
    """The row of an address (its query apart); None where a credential is good for nothing."""
    plain = path.split("?", 1)[0]
    return next((one for matcher, one in _MATCHERS if matcher.fullmatch(plain)), None)


def scopes_page() -> str:
    """docs/reference/runtime-scopes.md."""
    lines = [
        "# What an instance's credential is good for",
        "",
        "Made from `astra/protocol/scopes.py`, which the core asks at each request. An address that is not here is refused. Each request",
        "is signed by a key that the bot made for itself (Ed25519) over session, time, method, path and body, and is good once, for 60",
        "seconds of the database's clock. A session belongs to one instance and one generation: a newer start ends it (409), 15 minutes",
        "without renewal end it (401). There is no scope for stock, goods, orders, payments, other instances or the bot's settings.",
        "",
        "| scope | request | opened by | does | answers |",
        "|---|---|---|---|---|",
        *(f"| `{one.name}` | `POST {one.path}` | {one.opened_by} | {one.does} | {one.answers} |" for one in SCOPES),
    ]
    return "\n".join(lines) + "\n"
