"""Who speaks: turns the signature of a runtime request into a seller and an instance."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import find_route
from astra.core.journey.instances.models import RuntimeSession
from astra.core.journey.instances.real_clock import RealNow
from astra.protocol.scopes import scope_of
from astra.protocol.signing import (
    MICROSECONDS,
    SESSION_HEADER,
    SIGNATURE_HEADER,
    STAMP_HEADER,
    header,
    is_signed_by,
    request_text,
)

# How far a stamp may lie from the database's clock. Bots take their time from the core's answers, not from their host.
STAMP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Who a runtime request speaks for. Nothing in its body can widen this."""

    seller_id: uuid.UUID
    instance_id: uuid.UUID
    generation: int
    session_id: uuid.UUID
    expires_at: datetime.datetime


class SessionFailure(Failure):
    """The base of the refusals; ``status`` and ``answer()`` are what the bot is told."""

    status = 401
    code = "refused"

    def __init__(self, code: str = "", now: datetime.datetime | None = None) -> None:
        super().__init__(None)
        self.code = code or self.code
        self.now = now

    def answer(self) -> dict[str, Any]:
        """The body of the refusal. It names the database's time only where that helps an honest bot: its clock is off."""
        told: dict[str, Any] = {"error": self.code}
        if self.now is not None:
            told["now"] = stamp_of(self.now)
        return told


class SessionRefused(SessionFailure):
    """The credential is unknown, forged, expired, replayed or stamped at another time (401)."""

    label = "session_refused"
    text = _("This credential is not valid.")


class SessionSuperseded(SessionFailure):
    """A newer copy of this instance was started, or it was stopped (409): who is told so ends itself."""

    label = "session_superseded"
    status = 409
    code = "superseded"
    text = _("A newer copy of this instance is running.")


def check_session(headers: Mapping[str, str], method: str, path: str, body: bytes) -> SessionFacts:
    """The session that signed a request; each signature is good once, for the request it was made for.

    ``path`` is the path as it was asked for, with its query; one that ``protocol.scopes`` does not name is refused. Raises
    SessionRefused (401), SessionSuperseded (409). Opens its own transaction: call it outside any block.
    """
    if scope_of(path) is None:
        raise SessionRefused("scope")
    session_id = header(headers, SESSION_HEADER)
    stamp_text = header(headers, STAMP_HEADER)
    try:
        session_uuid, stamp = uuid.UUID(session_id), int(stamp_text)
    except ValueError:
        raise SessionRefused("unknown") from None
    if str(session_uuid) != session_id or str(stamp) != stamp_text or not 0 < stamp < 2**62:
        raise SessionRefused("unknown")
    route = find_route("credential", session_id)
    if route is None:
        raise SessionRefused("unknown")
    with acting_for(route.seller_id):
        # Everything that decides in one reading, the database's time included: this is asked with every click.
        found = (
            RuntimeSession.objects.filter(id=session_uuid)
            .annotate(now=RealNow(), current=F("instance__generation"), archived_at=F("instance__archived_at"))
            .first()
        )
        if found is None:
            raise SessionRefused("unknown")
        text = request_text(session_id=session_id, stamp=stamp, method=method, path=path, body=body)
        if not is_signed_by(found.public_key, header(headers, SIGNATURE_HEADER), text):
            raise SessionRefused("signature")
        if found.expires_at <= found.now:
            raise SessionRefused("expired")
        if abs(stamp_of(found.now) - stamp) > STAMP_SECONDS * MICROSECONDS:
            raise SessionRefused("clock", found.now)
        if found.ended_at is not None or found.generation != found.current or found.archived_at is not None:
            raise SessionSuperseded
        if not _is_first(found, stamp):
            raise SessionRefused("replayed")
    return SessionFacts(route.seller_id, found.instance_id, found.generation, found.id, found.expires_at)


def stamp_of(instant: datetime.datetime) -> int:
    """An instant as a stamp: whole microseconds since 1970."""
    return round(instant.timestamp() * MICROSECONDS)


def _is_first(session: RuntimeSession, stamp: int) -> bool:
    """Takes a stamp of a session; of two that try at once one is first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO instances_seen_request (id, seller_id, session_id, stamp) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (seller_id, session_id, stamp) DO NOTHING",
            [new_id(), session.seller_id, session.id, stamp],
        )
        return bool(cursor.rowcount == 1)
