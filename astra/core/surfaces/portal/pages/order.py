"""Orders: list with search, and one order's whole life."""

import uuid

from django.http import HttpResponse

from astra.core.journey.accounts.queries import person_names
from astra.core.journey.delivery.queries import delivery_of
from astra.core.journey.sales.access import access_order
from astra.core.journey.sales.queries import OrderFacts, orders
from astra.core.payments.queries import payments_of
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.portal.words import actor_name, delivery_word, order_step, order_word

SHOWN = 50


def _lines(found: list[OrderFacts]) -> list[tuple[OrderFacts, object]]:
    return [(facts, order_word(facts)) for facts in found]


@seller_page
def order_list(visit: Visit) -> HttpResponse:
    """The latest orders; ``q`` searches code, buyer's name and id, and payment numbers."""
    search = visit.request.GET.get("q", "").strip()[:80]
    found = orders(visit.seller_id, limit=SHOWN, search=search)
    if visit.request.headers.get("HX-Request") == "true":
        return visit.part("order_rows.html", lines=_lines(found), search=search)
    return visit.page("orders.html", "orders", lines=_lines(found), search=search, is_full=len(found) == SHOWN)


@seller_page
def order(visit: Visit, order_id: uuid.UUID) -> HttpResponse:
    """One order: timeline, what was bought, payment, delivery."""
    facts = access_order(visit.seller_id, order_id)
    names = person_names({step.actor_id for step in facts.timeline if step.actor_kind in ("member", "operator")})
    steps = [
        (step, order_step(step), actor_name(step.actor_kind, step.actor_id, facts.buyer_name, names)) for step in reversed(facts.timeline)
    ]
    delivery = delivery_of(visit.seller_id, order_id)
    return visit.page(
        "order.html",
        "orders",
        facts=facts,
        word=order_word(facts),
        steps=steps,
        payments=payments_of(visit.seller_id, "order", order_id),
        delivery=delivery,
        delivery_word=delivery_word(delivery) if delivery else None,
        position=delivery.waiting_position if delivery else None,
    )
