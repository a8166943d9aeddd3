"""Writes the goods into the reply that waits for them, after reading back from Discord who will see it."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils.translation import gettext as _

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import allocations
from astra.core.journey.delivery.actions.reveal_goods import reveal_goods
from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.clicks.see_goods import COLUMN, TABLE
from astra.core.surfaces.discord.goods_button import is_wish_for_goods, note_screen
from astra.core.surfaces.discord.models import Reveal
from astra.core.surfaces.discord.screens import order_states
from astra.core.surfaces.discord.screens.goods import goods, goods_not_ready
from astra.core.surfaces.discord.screens.notice import problem
from astra.core.surfaces.discord.screens.parts import EPHEMERAL, Screen
from astra.core.surfaces.discord.sends.original import MessageGone, edit_original, read_original
from astra.core.surfaces.discord.sends.show_order import WITH_GOODS
from astra.core.surfaces.discord.words import in_language, plain

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    id: uuid.UUID
    order_id: uuid.UUID
    application_id: str
    buyer_id: str
    locale: str
    interaction_id: str
    transport: str
    token: Secret
    created_at: datetime.datetime


def reveal(*, seller_id: uuid.UUID, reveal_id: uuid.UUID) -> bool:
    """Shows the goods to the one who asked; says whether it did. Repeating it before it succeeded is harmless.

    The press may have come through a seller's machine, which could have named anybody: only what Discord itself says of
    the reply (this interaction, this person, seen by nobody else) opens the goods, and only a press in a message that holds no other
    button (``goods_button``). Anywhere else the reply becomes such a message: one more press opens. Raises Discord's failures.
    """
    asked = _open(seller_id, reveal_id)
    if asked is None:
        return False
    age = _age(asked)
    try:
        message = read_original(asked.application_id, asked.token, age_seconds=age)
        if not _is_for(message, asked):
            log.warning("discord.reveal_refused", reveal_id=str(reveal_id), reason="read_back")
            _close(seller_id, asked, Reveal.REFUSED, "read_back")
            return False
        is_certain = asked.transport == "http" or is_wish_for_goods(seller_id, asked.order_id, message["interaction_metadata"])
        with in_language(asked.locale):
            shown, is_goods = _screen(seller_id, asked) if is_certain else (_way_in(seller_id, asked), False)
        written = edit_original(asked.application_id, asked.token, shown, age_seconds=age)
        note_screen(seller_id, asked.order_id, shown, written)
    except MessageGone:
        _close(seller_id, asked, Reveal.REFUSED, "message_gone")
        return False
    reason = "" if is_goods else shown.name if is_certain else "not_certain"
    _close(seller_id, asked, Reveal.SHOWN if is_goods else Reveal.REFUSED, reason)
    return is_goods


def _open(seller_id: uuid.UUID, reveal_id: uuid.UUID) -> _Asked | None:
    with acting_for(seller_id):
        row = Reveal.objects.filter(id=reveal_id, state=Reveal.ASKED, token__isnull=False, until__gt=AstraNow()).first()
        if row is None or row.token is None:
            return None
        token = unseal(bytes(row.token), seller_id=seller_id, table=TABLE, row_id=row.id, column=COLUMN)
        return _Asked(
            row.id, row.order_id, row.application_id, row.buyer_id, row.locale, row.interaction_id, row.transport, token, row.created_at
        )


def _age(asked: _Asked) -> float:
    return (current_instant() - asked.created_at).total_seconds()


def _is_for(message: dict[str, Any], asked: _Asked) -> bool:
    about = message.get("interaction_metadata") or {}
    person = about.get("user") or {}
    is_private = bool(int(message.get("flags") or 0) & EPHEMERAL)
    return is_private and str(about.get("id")) == asked.interaction_id and str(person.get("id")) == asked.buyer_id


def _screen(seller_id: uuid.UUID, asked: _Asked) -> tuple[Screen, bool]:
    try:
        order = access_buyers_order(seller_id, asked.order_id, asked.buyer_id)
        revealed = reveal_goods(seller_id=seller_id, order_id=asked.order_id, buyer_id=asked.buyer_id, interaction_id=asked.interaction_id)
    except NotFound:
        return problem(_("This is not yours, or it is not there any more. Nothing was shown and nothing was charged.")), False
    except Failure as failure:
        if failure.text:
            return problem(plain(str(failure.text), 600)), False
        return goods_not_ready(order), False
    if not any(part.secrets for part in revealed):
        return goods_not_ready(order), False
    return goods(order, revealed), True


def _way_in(seller_id: uuid.UUID, asked: _Asked) -> Screen:
    try:
        order = access_buyers_order(seller_id, asked.order_id, asked.buyer_id)
    except NotFound:
        return problem(_("This is not yours, or it is not there any more. Nothing was shown and nothing was charged."))
    has_goods = order.word in WITH_GOODS or any(line.item_ids for line in allocations(seller_id, order.id))
    return order_states.delivered(order) if has_goods else goods_not_ready(order)


def _close(seller_id: uuid.UUID, asked: _Asked, state: str, reason: str) -> None:
    with acting_for(seller_id):
        Reveal.objects.filter(id=asked.id, state=Reveal.ASKED).update(state=state, reason=reason, token=None, shown_at=AstraNow())
