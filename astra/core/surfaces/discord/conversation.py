"""Keeps the one message in which a buyer follows an order, and the token that may still change it."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import F

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sealing.seal import seal, unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.models import Conversation

TABLE, COLUMN = "discord_conversation", "token"
# Discord lets a token live 15 minutes; the last seconds are left to clocks that disagree.
TOKEN_LIFE = datetime.timedelta(minutes=14, seconds=40)


@dataclass(frozen=True, slots=True)
class LiveConversation:
    """A message that can still be changed, and what it shows."""

    id: uuid.UUID
    order_id: uuid.UUID
    instance_id: uuid.UUID
    application_id: str
    buyer_id: str
    locale: str
    interaction_id: str
    token: Secret
    shown: str
    drawing: int
    code_of: uuid.UUID | None
    code_message_id: str
    age_seconds: float


def hold_message(click: Click, order_id: uuid.UUID, shown: str, *, is_new: bool = False) -> None:
    """The message of this press becomes the order's message, changeable for the next quarter of an hour.

    Below a new message the code of a charge is said again: the earlier one may be gone with the client's memory.
    """
    with acting_for(click.seller_id):
        row, _ = Conversation.objects.get_or_create(
            seller_id=click.seller_id,
            order_id=order_id,
            defaults={
                "instance_id": click.instance.id,
                "application_id": click.instance.application_id,
                "buyer_id": click.buyer_id,
                "interaction_id": click.interaction_id,
                "until": AstraNow() + TOKEN_LIFE,
            },
        )
        Conversation.objects.filter(id=row.id).update(
            instance_id=click.instance.id,
            application_id=click.instance.application_id,
            buyer_id=click.buyer_id,
            locale=click.locale,
            interaction_id=click.interaction_id,
            token=seal(click.token.reveal(), seller_id=click.seller_id, table=TABLE, row_id=row.id, column=COLUMN),
            until=AstraNow() + TOKEN_LIFE,
            shown=shown,
            shown_at=AstraNow(),
            renewed_at=AstraNow(),
            **({"code_of": None} if is_new else {}),
        )


def live_conversation(seller_id: uuid.UUID, order_id: uuid.UUID) -> LiveConversation | None:
    """The order's message while it can be changed, else None. Begins a drawing: see ``record_shown``."""
    with acting_for(seller_id):
        live = Conversation.objects.filter(order_id=order_id, token__isnull=False, until__gt=AstraNow())
        live.update(drawing=F("drawing") + 1)
        row = live.first()
        if row is None or row.token is None:
            return None
        return LiveConversation(
            id=row.id,
            order_id=order_id,
            instance_id=row.instance_id,
            application_id=row.application_id,
            buyer_id=row.buyer_id,
            locale=row.locale,
            interaction_id=row.interaction_id,
            token=unseal(bytes(row.token), seller_id=seller_id, table=TABLE, row_id=row.id, column=COLUMN),
            shown=row.shown,
            drawing=row.drawing,
            code_of=row.code_of,
            code_message_id=row.code_message_id,
            age_seconds=(current_instant() - row.renewed_at).total_seconds(),
        )


def locale_of(seller_id: uuid.UUID, order_id: uuid.UUID) -> str | None:
    """The language in which the buyer of an order was last spoken to, or None."""
    with acting_for(seller_id):
        return Conversation.objects.filter(order_id=order_id).values_list("locale", flat=True).first()


def record_shown(seller_id: uuid.UUID, conversation: LiveConversation, shown: str) -> None:
    """Notes what the message shows, unless another press has taken its place meanwhile.

    When somebody else began to draw after us, nobody knows whose drawing Discord took last: it is drawn once more.
    """
    with acting_for(seller_id):
        same = Conversation.objects.filter(id=conversation.id, interaction_id=conversation.interaction_id)
        if not same.filter(drawing=conversation.drawing).update(shown=shown, shown_at=AstraNow()) and same.exists():
            draw_again(seller_id, conversation.interaction_id)


def record_code_sent(seller_id: uuid.UUID, conversation: LiveConversation, charge_id: uuid.UUID, message_id: str) -> None:
    """Notes that the code of a charge went out as a message of its own."""
    with acting_for(seller_id):
        Conversation.objects.filter(id=conversation.id).update(code_of=charge_id, code_message_id=message_id)


def record_code_gone(seller_id: uuid.UUID, conversation: LiveConversation) -> None:
    """Notes that the message with the code is not there any more."""
    with acting_for(seller_id):
        Conversation.objects.filter(id=conversation.id, code_message_id=conversation.code_message_id).update(code_message_id="")


def draw_again(seller_id: uuid.UUID, interaction_id: str) -> None:
    """Has the message of a press drawn by a job, whatever it is thought to show. Runs inside the seller's block."""
    held = Conversation.objects.filter(interaction_id=interaction_id, token__isnull=False)
    for order_id in held.values_list("order_id", flat=True):
        enqueue("discord.show_order", seller_id=seller_id, order_id=order_id)
    held.update(shown="")


def let_go(seller_id: uuid.UUID, conversation: LiveConversation) -> None:
    """Shreds a token that Discord no longer takes, unless it was renewed meanwhile."""
    with acting_for(seller_id):
        Conversation.objects.filter(id=conversation.id, interaction_id=conversation.interaction_id).update(token=None)
