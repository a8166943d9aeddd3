"""A worker takes the notice of an order, for a minute, and nobody else does."""

import base64
import datetime
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from astra.core.foundation.sealing.seal import fingerprint
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.actions.open_deliveries import DELIVERABLE
from astra.core.journey.delivery.machine import About, Step, sources, target
from astra.core.journey.delivery.models import Delivery
from astra.core.journey.sales.models import Order

LEASE_SECONDS = 60
# Safely inside the few minutes for which Discord remembers a nonce.
NONCE_SECONDS = 90
NONCE_LENGTH = 25
CLAIM = (Path(__file__).parent / "claim_delivery.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class DeliveryClaim:
    """The right to tell the buyer of one order, until the lease ends. ``state``: ``ready`` or ``waiting``.

    ``nonce`` goes with the message (enforced), ``reference`` is printed in it. ``read_back`` says that an earlier attempt may
    have reached Discord longer ago than it remembers nonces: first look for the reference among the messages sent.
    """

    order_id: uuid.UUID
    buyer_id: str
    instance_id: uuid.UUID
    fence: int
    attempt: int
    first_attempt_at: datetime.datetime
    nonce: str
    reference: str
    state: str
    read_back: bool = False


def claim_delivery(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> DeliveryClaim | None:
    """Takes the notice of an order if it is due; None when it is done, taken, not due yet, or the order's money went back.

    Who takes it records the outcome with its fence before the lease ends; otherwise somebody else takes it over.
    """
    with acting_for(seller_id):
        order = Order.objects.filter(seller_id=seller_id, id=order_id, commercial__in=DELIVERABLE).first()
        if order is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"seller_id": seller_id, "order_id": order_id, "lease": LEASE_SECONDS, "nonce_life": NONCE_SECONDS})
            row = cursor.fetchone()
        if row is None:
            return None
        notice_id, instance_id, about, reference, fence, attempts, first_attempt_at, generation, read_back = row
        if about == About.READY:
            Delivery.objects.filter(seller_id=seller_id, order_id=order_id, state__in=sources(Step.IS_CLAIMED)).update(
                state=target(Step.IS_CLAIMED)
            )
        secret = fingerprint(f"{notice_id}|{generation}", seller_id=seller_id, scope="delivery_notice.nonce")
    nonce = base64.b32encode(secret).decode().rstrip("=").lower()[:NONCE_LENGTH]
    return DeliveryClaim(
        order_id,
        order.buyer_id,
        instance_id,
        fence,
        attempts,
        first_attempt_at,
        nonce,
        f"#{reference}",
        about,
        read_back,
    )
