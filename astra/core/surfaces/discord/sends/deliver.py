"""Hands a paid order over: the way to the goods goes into its message and into one direct message."""

import uuid

import structlog

from astra.core.foundation.failure import Failure
from astra.core.foundation.jobs import enqueue
from astra.core.integrations.discord.rest import Closed, DiscordFailure, OutcomeUnknown, TokenRefused
from astra.core.journey.catalog.queries import waiting_position
from astra.core.journey.delivery.actions.claim_delivery import DeliveryClaim, claim_delivery
from astra.core.journey.delivery.actions.record_delivery import record_delivery
from astra.core.journey.instances.actions.report_token import report_token
from astra.core.journey.sales.queries import order_facts
from astra.core.surfaces.discord.goods_button import note_screen
from astra.core.surfaces.discord.screens import order_states
from astra.core.surfaces.discord.screens.parts import Screen
from astra.core.surfaces.discord.sends.bot import token_of
from astra.core.surfaces.discord.sends.direct_message import SentMessage, send_direct_message
from astra.core.surfaces.discord.sends.notice import speech_of
from astra.core.surfaces.discord.sends.show_order import show_order
from astra.core.surfaces.discord.words import in_language

log = structlog.get_logger(__name__)

WAITING = "waiting"
# A little longer than the pause that delivery gives an unknown outcome.
LOOK_AGAIN_SECONDS = 6


def deliver(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Claims the notice of an order, draws its message, sends the direct message, records what came of it.

    Nothing to claim: nothing to do. The notice never holds the goods: a second one, should it ever happen, shows nothing
    new. Every end is recorded under the claim's fence; delivery decides what follows.
    """
    claim = claim_delivery(seller_id=seller_id, order_id=order_id)
    if claim is None:
        return
    _draw(seller_id, order_id)
    try:
        sent = _send(seller_id, claim)
    except Failure as failure:
        outcome = outcome_of(failure)
        log.info("discord.notice_not_sent", order_id=str(order_id), outcome=outcome, label=failure.label)
        record_delivery(seller_id=seller_id, order_id=order_id, fence=claim.fence, outcome=outcome)
        if outcome == "token_dead":
            report_token(seller_id=seller_id, instance_id=claim.instance_id)
        if outcome in ("unknown", "failed"):
            enqueue("discord.deliver", delay_seconds=LOOK_AGAIN_SECONDS, seller_id=seller_id, order_id=order_id)
    else:
        record_delivery(
            seller_id=seller_id,
            order_id=order_id,
            fence=claim.fence,
            outcome="sent",
            channel_id=sent.channel_id,
            message_id=sent.message_id,
        )


def outcome_of(failure: Failure) -> str:
    """The word under which delivery records how an attempt ended."""
    if isinstance(failure, Closed):
        return "closed"
    if isinstance(failure, TokenRefused):
        return "token_dead"
    return "unknown" if isinstance(failure, OutcomeUnknown) else "failed"


def _send(seller_id: uuid.UUID, claim: DeliveryClaim) -> SentMessage:
    order = order_facts(seller_id, claim.order_id)
    # News of another kind carries another reference, so that reading back cannot take the one for the other.
    reference = f"{claim.reference}-W" if claim.state == WAITING else claim.reference
    with in_language(speech_of(seller_id, claim.order_id)):
        if claim.state == WAITING:
            shown: Screen = order_states.waiting(order, waiting_position(seller_id, order.id), reference)
        elif order.word == "waiting_stock":
            shown = order_states.partly_delivered(order, waiting_position(seller_id, order.id), reference)
        else:
            shown = order_states.delivered(order, reference)
    sent = send_direct_message(
        token_of(seller_id, claim.instance_id),
        claim.buyer_id,
        shown,
        nonce=claim.nonce,
        reference=reference,
        may_be_there=claim.read_back,
    )
    note_screen(seller_id, claim.order_id, shown, {"id": sent.message_id})
    return sent


def _draw(seller_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Draws the order's message, if it can be: its failure must not hold up the direct message."""
    try:
        show_order(seller_id=seller_id, order_id=order_id)
    except DiscordFailure as failure:
        log.info("discord.message_not_drawn", order_id=str(order_id), label=failure.label)
