"""What a lost job of this surface leaves behind is found here. Each returns how many it took up."""

import datetime
import uuid

from django.db import connection

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.surfaces.discord.models import Conversation, Notice, Reveal, TakenInteraction
from astra.core.surfaces.discord.sends.tell_returned import kind_of

# A press's own job comes within a second or two; a sweep looks at what had more time than that, and not at once again.
PATIENCE = datetime.timedelta(seconds=10)
LOOK_EVERY = datetime.timedelta(seconds=25)
KEEP_INTERACTIONS = datetime.timedelta(hours=24)
MOST = 200
# Screens after which an order's message has nothing new to say by itself.
FINAL = ("delivered", "cancelled", "refunded", "cart", "problem")

# Money on its way back of which the buyer was told neither in the order's message nor by a direct one. After three days he has asked.
UNTOLD = """
SELECT o.seller_id, o.id, o.commercial FROM sales_order o
  LEFT JOIN discord_notice n ON n.seller_id = o.seller_id AND n.order_id = o.id AND n.kind = o.commercial
 WHERE (o.commercial = 'refunding'
        OR (o.commercial = 'refunded' AND o.closed_at BETWEEN astra_now() - interval '3 days' AND astra_now() - interval '10 seconds'))
   AND (n.id IS NULL OR (n.outcome = '' AND n.looked_at < astra_now() - interval '1 minute'))
   AND NOT EXISTS (SELECT FROM discord_conversation c WHERE c.seller_id = o.seller_id AND c.order_id = o.id AND c.shown = o.commercial)
 LIMIT %s
"""
# Money that never settled an order and went back, of which nobody told its payer.
UNTOLD_RETURNS = """
SELECT p.seller_id, c.purpose_id, p.id FROM payments_payment p
  JOIN payments_charge c ON c.seller_id = p.seller_id AND c.id = p.charge_id AND c.purpose_kind = 'order'
  JOIN payments_refund r ON r.seller_id = p.seller_id AND r.payment_id = p.id AND r.state = 'succeeded'
       AND r.settled_at BETWEEN astra_now() - interval '3 days' AND astra_now() - interval '10 seconds'
  LEFT JOIN discord_notice n ON n.seller_id = p.seller_id AND n.order_id = c.purpose_id
       AND n.kind = 'back:' || right(replace(p.id::text, '-', ''), 16)
 WHERE p.state = 'parked' AND p.reason <> 'not_taken' AND p.refunded_minor >= p.amount_minor
   AND (n.id IS NULL OR (n.outcome = '' AND n.looked_at < astra_now() - interval '1 minute'))
 GROUP BY 1, 2, 3 LIMIT %s
"""


def sweep_messages() -> int:
    """Draws again the live messages that may be behind their order. Drawing one that is up to date sends nothing."""
    with as_system():
        rows = Conversation.objects.filter(token__isnull=False, until__gt=AstraNow(), renewed_at__lt=AstraNow() - PATIENCE)
        rows = rows.filter(looked_at__lt=AstraNow() - LOOK_EVERY).exclude(shown__in=FINAL)
        found = list(rows.order_by("looked_at").values_list("seller_id", "order_id")[:MOST])
    for seller_id, order_id in found:
        with acting_for(seller_id):
            Conversation.objects.filter(order_id=order_id).update(looked_at=AstraNow())
            enqueue("discord.show_order", seller_id=seller_id, order_id=order_id)
    return len(found)


def sweep_notices() -> int:
    """Takes up news of money that goes back whose job was lost, or which Discord would not take at the time."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(UNTOLD, [MOST])
        found: list[tuple[uuid.UUID, uuid.UUID, str]] = cursor.fetchall()
    for seller_id, order_id, kind in found:
        with acting_for(seller_id):
            Notice.objects.update_or_create(seller_id=seller_id, order_id=order_id, kind=kind, defaults={"looked_at": AstraNow()})
            enqueue("discord.show_closed", seller_id=seller_id, order_id=order_id)
    return len(found)


def sweep_returns() -> int:
    """Takes up returned money that nobody was told of."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(UNTOLD_RETURNS, [MOST])
        found: list[tuple[uuid.UUID, uuid.UUID, uuid.UUID]] = cursor.fetchall()
    for seller_id, order_id, payment_id in found:
        with acting_for(seller_id):
            Notice.objects.update_or_create(
                seller_id=seller_id, order_id=order_id, kind=kind_of(payment_id), defaults={"looked_at": AstraNow()}
            )
            enqueue("discord.tell_returned", seller_id=seller_id, payment_id=payment_id)
    return len(found)


def sweep_reveals() -> int:
    """Takes up wishes to see goods whose job was lost."""
    with as_system():
        rows = Reveal.objects.filter(state=Reveal.ASKED, token__isnull=False, until__gt=AstraNow(), created_at__lt=AstraNow() - PATIENCE)
        found = list(rows.order_by("until").values_list("seller_id", "id")[:MOST])
    for seller_id, reveal_id in found:
        with acting_for(seller_id):
            enqueue("discord.reveal", seller_id=seller_id, reveal_id=reveal_id)
    return len(found)


def sweep_tokens() -> int:
    """Shreds tokens that have died, and forgets interactions that nobody can repeat any more."""
    with as_system():
        sellers = {
            *Conversation.objects.filter(token__isnull=False, until__lte=AstraNow()).values_list("seller_id", flat=True)[:MOST],
            *Reveal.objects.filter(token__isnull=False, until__lte=AstraNow()).values_list("seller_id", flat=True)[:MOST],
            *TakenInteraction.objects.filter(created_at__lt=AstraNow() - KEEP_INTERACTIONS).values_list("seller_id", flat=True)[:MOST],
        }
    shredded = 0
    for seller_id in sellers:
        with acting_for(seller_id):
            shredded += Conversation.objects.filter(token__isnull=False, until__lte=AstraNow()).update(token=None)
            shredded += Reveal.objects.filter(token__isnull=False, until__lte=AstraNow()).update(token=None)
            TakenInteraction.objects.filter(created_at__lt=AstraNow() - KEEP_INTERACTIONS).delete()
    return shredded


SWEEPS = (sweep_messages, sweep_notices, sweep_returns, sweep_reveals, sweep_tokens)
