"""One direct message of one kind for one order: its row says whether it was sent, and the same one is never sent twice."""

import base64
import datetime
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.rest import Closed, Refused, TokenRefused
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.instances.actions.report_token import report_token
from astra.core.journey.sales.queries import OrderFacts
from astra.core.surfaces.discord.conversation import locale_of
from astra.core.surfaces.discord.models import Notice
from astra.core.surfaces.discord.screens.parts import Screen
from astra.core.surfaces.discord.sends.bot import token_of
from astra.core.surfaces.discord.sends.direct_message import NONCE_IS_ENOUGH, send_direct_message
from astra.core.surfaces.discord.words import in_language


@dataclass(frozen=True, slots=True)
class _Attempt:
    id: uuid.UUID
    first_attempt_at: datetime.datetime
    is_first: bool


def send_notice(seller_id: uuid.UUID, order: OrderFacts, *, kind: str, mark: str, draw: Callable[[str], Screen]) -> None:
    """Sends the notice ``kind`` of an order unless it was sent before. ``draw`` gets the reference that the message prints.

    ``mark`` ends the reference and tells the notices of one order apart. Raises Discord's failures that may pass; a closed inbox ends
    the attempt, a refused token leaves it to the sweep: nothing is asked with it, and the next token sends it.
    """
    attempt = _begin(seller_id, order.id, kind)
    if attempt is None:
        return
    reference = f"#N-{order.code}-{mark}"
    with in_language(speech_of(seller_id, order.id)):
        shown = draw(reference)
    age = current_instant() - attempt.first_attempt_at
    try:
        sent = send_direct_message(
            token_of(seller_id, order.instance_id),
            order.buyer_id,
            shown,
            nonce=_nonce(attempt.id),
            reference=reference,
            may_be_there=not attempt.is_first and age > NONCE_IS_ENOUGH,
        )
    except Closed:
        _end(seller_id, attempt, "closed")
    except TokenRefused:
        report_token(seller_id=seller_id, instance_id=order.instance_id)
    except Refused:
        _end(seller_id, attempt, "refused")
    else:
        _end(seller_id, attempt, "sent", sent.message_id)


def speech_of(seller_id: uuid.UUID, order_id: uuid.UUID) -> str:
    """The language for messages about an order: the buyer's, else the seller's."""
    return locale_of(seller_id, order_id) or seller_facts(seller_id).locale


def _begin(seller_id: uuid.UUID, order_id: uuid.UUID, kind: str) -> _Attempt | None:
    with acting_for(seller_id):
        row, is_new = Notice.objects.get_or_create(seller_id=seller_id, order_id=order_id, kind=kind)
        if row.outcome:
            return None
        row.refresh_from_db()
        return _Attempt(row.id, row.first_attempt_at, is_new)


def _end(seller_id: uuid.UUID, attempt: _Attempt, outcome: str, message_id: str = "") -> None:
    with acting_for(seller_id):
        Notice.objects.filter(id=attempt.id).update(outcome=outcome, message_id=message_id)


def _nonce(notice_id: uuid.UUID) -> str:
    return base64.b32encode(hashlib.sha256(b"notice|" + notice_id.bytes).digest()).decode()[:25]
