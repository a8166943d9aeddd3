"""Hands a paid order over: the way to the goods goes into its message and into one direct message."""

import datetime
import uuid

import structlog

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.integrations.discord.rest import Closed, DiscordFailure, OutcomeUnknown, Refused, TokenRefused
from astra.core.journey.catalog.queries import waiting_position
from astra.core.journey.delivery.actions.claim_delivery import DeliveryClaim, claim_delivery
from astra.core.journey.delivery.actions.record_delivery import record_delivery
from astra.core.journey.instances.queries import bot_token
from astra.core.journey.sales.queries import order_facts
from astra.core.surfaces.discord.screens import order_states
from astra.core.surfaces.discord.screens.parts import Screen
from astra.core.surfaces.discord.sends.direct_message import NONCE_IS_ENOUGH, SentMessage, send_direct_message
from astra.core.surfaces.discord.sends.notify import speech_of
from astra.core.surfaces.discord.sends.show_order import show_order
from astra.core.surfaces.discord.words import in_language

log = structlog.get_logger(__name__)


def deliver(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Claims the delivery, shows and sends its notice, records what came of it. Nothing to claim: nothing to do.

    The notice never holds the goods: a second one, should it ever happen, shows nothing new. Every end is recorded under the
    claim's fence; what may pass is left to the lease, which brings the delivery back with the same nonce.
    """
    claim = claim_delivery(seller_id=seller_id, order_id=order_id)
    if claim is None:
        return
    _show(seller_id, order_id)
    try:
        sent = _send(seller_id, claim)
    except Failure as failure:
        outcome = outcome_of(failure)
        log.info("discord.delivery_not_sent", order_id=str(order_id), outcome=outcome, label=failure.label)
        record_delivery(seller_id=seller_id, order_id=order_id, fence=claim.fence, outcome=outcome)
        if outcome == "unknown":
            raise
        return
    record_delivery(
        seller_id=seller_id,
        order_id=order_id,
        fence=claim.fence,
        outcome="sent",
        channel_id=sent.channel_id,
        message_id=sent.message_id,
    )
    _show(seller_id, order_id)


def outcome_of(failure: Failure) -> str:
    """The word under which delivery records how an attempt ended."""
    if isinstance(failure, Closed):
        return "closed"
    if isinstance(failure, TokenRefused):
        return "token_dead"
    if isinstance(failure, OutcomeUnknown):
        return "unknown"
    if isinstance(failure, Refused):
        return "failed"
    return "unknown" if isinstance(failure, DiscordFailure) else "failed"


def _send(seller_id: uuid.UUID, claim: DeliveryClaim) -> SentMessage:
    order = order_facts(seller_id, claim.order_id)
    with in_language(speech_of(seller_id, claim.order_id)):
        if claim.state == "waiting":
            shown: Screen = order_states.waiting(order, waiting_position(seller_id, order.id), claim.reference)
        else:
            shown = order_states.delivered(order, claim.reference)
    return send_direct_message(
        bot_token(seller_id, claim.instance_id),
        claim.buyer_id,
        shown,
        nonce=claim.nonce,
        reference=claim.reference,
        may_be_there=claim.attempt > 1 and _age(claim) > NONCE_IS_ENOUGH,
    )


def _age(claim: DeliveryClaim) -> datetime.timedelta:
    return current_instant() - claim.first_attempt_at


def _show(seller_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Draws the order's message, if it can be: its failure must not hold up the direct message."""
    try:
        show_order(seller_id=seller_id, order_id=order_id)
    except DiscordFailure as failure:
        log.info("discord.message_not_drawn", order_id=str(order_id), label=failure.label)
