"""Draws an order's message as the order stands now. Every piece of news about an order ends here."""

import uuid

from django.conf import settings

from astra.core.foundation.clock import current_instant
from astra.core.journey.catalog.queries import allocations, product_facts, waiting_position
from astra.core.journey.instances.queries import instance_facts
from astra.core.journey.sales.queries import OrderFacts, order_facts
from astra.core.payments.queries import ChargeFacts, charge_facts
from astra.core.surfaces.discord.conversation import (
    LiveConversation,
    let_go,
    live_conversation,
    record_code_gone,
    record_code_sent,
    record_shown,
)
from astra.core.surfaces.discord.goods_button import note_screen
from astra.core.surfaces.discord.screens import charge, order_states
from astra.core.surfaces.discord.screens.cart import cart
from astra.core.surfaces.discord.screens.parts import Screen, in_colour
from astra.core.surfaces.discord.sends.original import MessageGone, edit_original, say_more, take_back
from astra.core.surfaces.discord.sends.qr import qr_png
from astra.core.surfaces.discord.words import in_language

# From the moment delivery has bound its goods the buyer can see them, whatever became of the direct message.
WITH_GOODS = frozenset({"fulfilling", "partially_delivered", "delivered"})
NO_CODE_STATES = frozenset({"rejected", "expired", "cancelled"})


def show_order(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> bool:
    """Changes the order's message, if there is one that can be changed and it shows something else. Says whether it shows it now.

    Raises Discord's failures; repeating it is harmless.
    """
    conversation = live_conversation(seller_id, order_id)
    if conversation is None:
        return False
    order = order_facts(seller_id, order_id)
    found = charge_facts(seller_id, order.charge_id) if order.charge_id else None
    with in_language(conversation.locale), in_colour(instance_facts(seller_id, conversation.instance_id).accent):
        shown = screen_of(seller_id, order, found, was_pressed=conversation.shown == "")
    if shown is None:
        return False
    try:
        if shown.name != conversation.shown:
            written = edit_original(conversation.application_id, conversation.token, shown, age_seconds=conversation.age_seconds)
            note_screen(seller_id, order_id, shown, written)
            record_shown(seller_id, conversation, shown.name)
        if shown.name == "charge" and found is not None:
            _say_code(seller_id, conversation, found)
        elif conversation.code_message_id:
            # Noted first: whoever pays twice gets it back by itself, and a crash here must not stop the next drawing.
            record_code_gone(seller_id, conversation)
            take_back(conversation.application_id, conversation.token, conversation.code_message_id)
    except MessageGone:
        let_go(seller_id, conversation)
        return False
    return True


def screen_of(seller_id: uuid.UUID, order: OrderFacts, found: ChargeFacts | None, *, was_pressed: bool = False) -> Screen | None:
    """The screen that an order asks for now; None while there is nothing new to say. Speaks the active language."""
    word = order.word
    if word == "draft":
        return cart(order, product_facts(seller_id, order.product_id), settings.ASTRA_CHARGE_MINUTES)
    if word == "payment_in_review":
        return order_states.in_review(order)
    if order.commercial == "awaiting_payment":
        returned = _returned_minor(order)
        if returned:
            return order_states.money_returned(order, returned, order.currency, was_second=False)
        if found is not None and found.copy_paste and found.state == "pending":
            looked_at = current_instant() if was_pressed else None
            return charge.charge(order, qr_png(found.copy_paste), found.expires_at, looked_at)
        if found is not None and not found.copy_paste and found.state in NO_CODE_STATES:
            return charge.charge_failed(order)
        if found is not None and found.state == "expired":  # the order follows within a minute
            return order_states.expired(order)
        if found is not None and found.state == "cancelled":
            return charge.cancelling(order)
        return charge.making_charge(order)
    if word == "expired":
        return order_states.expired(order)
    if word == "cancelled":
        return charge.charge_failed(order) if _ended_by_provider(order) else order_states.cancelled(order)
    if word in ("refunding", "refund_failed"):
        return order_states.refunding(order)
    if word in ("refunded", "partially_refunded"):
        return order_states.refunded(order, in_part=word == "partially_refunded")
    if word == "waiting_stock":
        place = waiting_position(seller_id, order.id)
        has_goods = any(line.item_ids for line in allocations(seller_id, order.id))
        return order_states.partly_delivered(order, place) if has_goods else order_states.waiting(order, place)
    if word in WITH_GOODS:
        return order_states.delivered(order)
    if order.commercial == "paid":
        return order_states.paid(order)
    return None


def _ended_by_provider(order: OrderFacts) -> bool:
    return any(step.kind == "charge_failed" for step in order.timeline)


def _returned_minor(order: OrderFacts) -> int:
    """What went back of an order that was never paid, because it did not fit; 0 where nothing did."""
    if order.payment != "refunded":
        return 0
    return sum(int(step.facts.get("amount_minor", 0)) for step in order.timeline if step.kind == "payment_returned")


def _say_code(seller_id: uuid.UUID, conversation: LiveConversation, found: ChargeFacts) -> None:
    """The code alone in a message of its own: one long press copies it. Once per charge (a crash here may repeat it: harmless)."""
    if conversation.code_of == found.id or not found.copy_paste:
        return
    message_id = say_more(conversation.application_id, conversation.token, found.copy_paste)
    record_code_sent(seller_id, conversation, found.id, message_id)
