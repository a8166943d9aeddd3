"""Who speaks: turns the signature of a runtime request into a seller and an instance."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import find_route
from astra.core.journey.instances.models import Instance, RuntimeSession, SeenRequest
from astra.core.journey.instances.real_clock import real_instant
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

    ``path`` is the path as it was asked for, with its query. Raises SessionRefused (401), SessionSuperseded (409). Opens
    its own transaction: call it outside any block.
    """
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
        session = RuntimeSession.objects.filter(id=session_uuid).first()
        if session is None:
            raise SessionRefused("unknown")
        text = request_text(session_id=session_id, stamp=stamp, method=method, path=path, body=body)
        if not is_signed_by(session.public_key, header(headers, SIGNATURE_HEADER), text):
            raise SessionRefused("signature")
        now = real_instant()
        if session.expires_at <= now:
            raise SessionRefused("expired")
        if abs(stamp_of(now) - stamp) > STAMP_SECONDS * MICROSECONDS:
            raise SessionRefused("clock", now)
        instance = Instance.objects.only("generation", "archived_at").get(id=session.instance_id)
        if session.ended_at is not None or session.generation != instance.generation or instance.archived_at is not None:
            raise SessionSuperseded
        if _was_seen(session, stamp):
            raise SessionRefused("replayed")
    return SessionFacts(route.seller_id, session.instance_id, session.generation, session.id, session.expires_at)


def stamp_of(instant: datetime.datetime) -> int:
    """An instant as a stamp: whole microseconds since 1970."""
    return round(instant.timestamp() * MICROSECONDS)


def _was_seen(session: RuntimeSession, stamp: int) -> bool:
    row = SeenRequest(seller_id=session.seller_id, session_id=session.id, stamp=stamp)
    SeenRequest.objects.bulk_create([row], ignore_conflicts=True)
    return not SeenRequest.objects.filter(id=row.id).exists()
