"""A started process trades its ticket for a session."""

import datetime
import hashlib
import uuid
from dataclasses import dataclass

from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route, drop_route, find_route
from astra.core.journey.instances.actions.check_session import SessionRefused, SessionSuperseded
from astra.core.journey.instances.models import Instance, RuntimeSession, StartTicket
from astra.core.journey.instances.real_clock import real_instant
from astra.protocol.signing import decode, is_signed_by, opening_text

SESSION_MINUTES = 15
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """What a bot is given: its credential's name and end, and its own token."""

    session_id: uuid.UUID
    seller_id: uuid.UUID
    instance_id: uuid.UUID
    generation: int
    expires_at: datetime.datetime
    now: datetime.datetime
    bot_token: Secret
    application_id: str
    transport: str
    presence_text: str


def ticket_hash(ticket: str) -> str:
    """What is kept of a ticket."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def open_session(*, ticket: Secret, public_key: str, signature: str) -> OpenedSession:
    """Uses a ticket up and opens the session of the generation it was made for; older sessions of the instance end.

    ``signature`` proves that the bot holds the private half of ``public_key``. Raises SessionRefused("ticket") for an unknown,
    used or old ticket, SessionRefused("signature"), and SessionSuperseded when the instance went on or was stopped.
    """
    try:
        is_key = len(decode(public_key)) == KEY_BYTES
    except ValueError:
        is_key = False
    text = opening_text(ticket=ticket.reveal(), public_key=public_key)
    if not is_key or not is_signed_by(public_key, signature, text):
        raise SessionRefused("signature")
    hashed = ticket_hash(ticket.reveal())
    route = find_route("ticket", hashed)
    if route is None:
        raise SessionRefused("ticket")
    with acting_for(route.seller_id):
        now = real_instant()
        row = StartTicket.objects.filter(hash=hashed).first()
        # The update is the use: of two that try at once one changes a row, the other none.
        if row is None or not StartTicket.objects.filter(id=row.id, used_at=None, expires_at__gt=now).update(used_at=now):
            raise SessionRefused("ticket")
        instance = Instance.objects.select_for_update().get(id=row.instance_id)
        is_current = instance.generation == row.generation and instance.archived_at is None and instance.wanted_state == "running"
        if is_current:
            opened = _open(instance, public_key, now)
    drop_route(kind="ticket", key=hashed)
    if not is_current:
        raise SessionSuperseded
    return opened


def _open(instance: Instance, public_key: str, now: datetime.datetime) -> OpenedSession:
    seller_id = instance.seller_id
    RuntimeSession.objects.filter(instance_id=instance.id, ended_at=None).update(ended_at=now)
    session = RuntimeSession.objects.create(
        seller_id=seller_id,
        instance_id=instance.id,
        generation=instance.generation,
        public_key=public_key,
        expires_at=now + datetime.timedelta(minutes=SESSION_MINUTES),
    )
    add_route(kind="credential", key=str(session.id), seller_id=seller_id, instance_id=instance.id)
    token = unseal(bytes(instance.sealed_token), seller_id=seller_id, table="instances_instance", row_id=instance.id, column="sealed_token")
    return OpenedSession(
        session_id=session.id,
        seller_id=seller_id,
        instance_id=instance.id,
        generation=instance.generation,
        expires_at=session.expires_at,
        now=now,
        bot_token=token,
        application_id=instance.application_id,
        transport=instance.transport,
        presence_text=instance.presence_text or instance.name,
    )
