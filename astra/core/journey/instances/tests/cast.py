"""Instances for tests: rows written directly where Discord has nothing to say, and a bot's half of a session."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.journey.instances.actions.check_session import stamp_of
from astra.core.journey.instances.actions.open_session import OpenedSession, open_session, ticket_hash
from astra.core.journey.instances.models import Instance, StartTicket
from astra.core.journey.instances.real_clock import real_instant
from astra.protocol.signing import encode, opening_text, sign_request

CANARY = "MzEwMDAwMDAwMDAwMDAwMDA5.canary.never-in-a-log-or-a-page-0123456789"


def make_instance(seller_id: uuid.UUID, *, application_id: str = "", engine: str = "local", **fields: Any) -> uuid.UUID:
    """An instance as ``create_instance`` leaves it, without asking Discord."""
    instance_id = new_id()
    application_id = application_id or str(secrets.randbelow(10**17) + 3 * 10**17)
    with acting_for(seller_id):
        Instance.objects.create(
            id=instance_id,
            seller_id=seller_id,
            **{
                "name": "Loja",
                "engine": engine,
                "transport": "http" if engine == "none" else "relay",
                "application_id": application_id,
                "application_name": "Loja",
                "bot_id": application_id,
                "bot_name": "loja",
                "verify_key": "00" * 32,
                "sealed_token": seal(CANARY, seller_id=seller_id, table="instances_instance", row_id=instance_id, column="sealed_token"),
                "seen_state": "configured",
                **fields,
            },
        )
        add_route(kind="application", key=application_id, seller_id=seller_id, instance_id=instance_id)
    return instance_id


def row(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Instance:
    """The row as it is now."""
    with acting_for(seller_id):
        return Instance.objects.get(id=instance_id)


def change(seller_id: uuid.UUID, instance_id: uuid.UUID, **fields: Any) -> None:
    """Puts an instance into a situation."""
    with acting_for(seller_id):
        Instance.objects.filter(id=instance_id).update(**fields)


def make_ticket(seller_id: uuid.UUID, instance_id: uuid.UUID, *, seconds: float = 120) -> str:
    """A ticket for the instance's present generation, as the supervisor makes it."""
    import datetime

    ticket = secrets.token_urlsafe(32)
    with acting_for(seller_id):
        StartTicket.objects.create(
            seller_id=seller_id,
            instance_id=instance_id,
            generation=Instance.objects.get(id=instance_id).generation,
            hash=ticket_hash(ticket),
            expires_at=real_instant() + datetime.timedelta(seconds=seconds),
        )
        add_route(kind="ticket", key=ticket_hash(ticket), seller_id=seller_id, instance_id=instance_id)
    return ticket


@dataclass
class BotInTest:
    """A bot's half: its key, its session, its signed requests."""

    opened: OpenedSession
    key: Ed25519PrivateKey
    _stamp: int = field(default=0)

    def stamp(self) -> int:
        """A fresh stamp by the database's clock."""
        self._stamp = max(self._stamp + 1, stamp_of(real_instant()))
        return self._stamp

    def headers(self, method: str, path: str, body: bytes, /, **changed: Any) -> dict[str, str]:
        """The headers of a request; anything that is signed can be replaced."""
        given = {
            "session_id": str(self.opened.session_id),
            "stamp": changed.pop("stamp", None) or self.stamp(),
            "method": method,
            "path": path,
            "body": body,
            **changed,
        }
        return sign_request(self.key, **given)

    def post(self, client: Any, path: str, body: Any, /, **changed: Any) -> Any:
        """Posts to Django's test client."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(path, raw, content_type="application/json", headers=self.headers("POST", path, raw, **changed))


def open_bot(seller_id: uuid.UUID, instance_id: uuid.UUID, ticket: str = "") -> BotInTest:
    """A bot with a fresh session."""
    ticket = ticket or make_ticket(seller_id, instance_id)
    key = Ed25519PrivateKey.generate()
    public = public_key(key)
    signature = encode(key.sign(opening_text(ticket=ticket, public_key=public)))
    return BotInTest(open_session(ticket=Secret(ticket), public_key=public, signature=signature), key)


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half as it travels."""
    return encode(key.public_key().public_bytes_raw())
