"""The first page: the trail with the one next step, today's figures, what needs the seller, the latest sales."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import reading_for
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.instances.reasons import explain
from astra.core.journey.sales.queries import OrderFacts, SalesFigures, money_today, orders
from astra.core.journey.wallet.queries import WalletFacts, wallet
from astra.core.surfaces.portal.journey import Sight, sight_of, trail_of
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.portal.words import order_word, publication_word

LATEST = 8
FEW = 5


@seller_page
def home(visit: Visit) -> HttpResponse:
    """The first page."""
    user: Any = visit.request.user
    with reading_for(visit.seller_id):
        sight = sight_of(visit.seller_id, user.name, LATEST)
        sold = money_today(visit.seller_id)
    trail = trail_of(sight)
    return visit.page(
        "home.html",
        "home",
        trail=trail,
        next_step=trail.next_step.name if trail.next_step and visit.may["edit_shop"] else "",
        next_opens=trail.next_step is not None and visit.opens(trail.next_step.where),
        greeting=_greeting(display_name(user)),
        needs=_needs(visit, sight),
        seen_bots=sight.bots,
        **_figures(sold, sight.money, sight.latest),
    )


@seller_page
def live(visit: Visit) -> HttpResponse:
    """The part that refreshes itself: figures and latest sales."""
    with reading_for(visit.seller_id):
        found = money_today(visit.seller_id), wallet(visit.seller_id), orders(visit.seller_id, limit=LATEST)
    return visit.part("home_live.html", **_figures(*found))


def _figures(sold: SalesFigures, money: WalletFacts, latest: list[OrderFacts]) -> dict[str, Any]:
    return {"figures": sold, "money": money, "latest": [(facts, order_word(facts)) for facts in latest]}


def _greeting(name: str) -> str:
    hour = timezone.localtime(current_instant()).hour
    if 5 <= hour < 12:
        words = _("Good morning, %(name)s")
    elif 12 <= hour < 18:
        words = _("Good afternoon, %(name)s")
    else:
        words = _("Good evening, %(name)s")
    return words % {"name": name}


def _needs(visit: Visit, sight: Sight) -> list[dict[str, Any]]:
    """What a person has to do something about, most urgent first; of that, what the role may do."""
    found: list[dict[str, Any]] = []
    for bot in sight.bots if visit.may["run_instance"] else []:
        why = explain(bot.reason, bot.seen_state)
        if why and why.needs_a_person:
            where = reverse("instance", args=[bot.id])
            found.append(
                {"mark": "alert-octagon", "tone": "bad", "title": why.happened, "words": bot.name, "button": _("See"), "where": where}
            )
    for product in sight.goods if visit.may["add_stock"] else []:
        where = reverse("stock", args=[product.id])
        for one in product.variations:
            line = {"words": f"{product.name} · {one.name}", "button": _("Restock"), "where": where, "tone": "warn"}
            if one.waiting:
                title = ngettext("A buyer paid and waits for %(count)s item", "Buyers paid and wait for %(count)s items", one.waiting)
                found.append({**line, "mark": "clock-pause", "title": title % {"count": one.waiting}})
            elif one.available == 0:
                found.append({**line, "mark": "hourglass-low", "title": _("Sold out")})
            elif one.available <= FEW:
                title = ngettext("%(count)s item left", "%(count)s items left", one.available) % {"count": one.available}
                found.append({**line, "mark": "hourglass-low", "title": title})
    for card in sight.shown if visit.may["publish"] else []:
        if card.state == "failed":
            word = publication_word(card)
            found.append(
                {
                    "mark": "refresh",
                    "tone": "bad",
                    "title": _("Card not published"),
                    "words": f"#{card.channel_name}: {word.detail}",
                    "button": _("See"),
                    "where": reverse("publications"),
                }
            )
    return found[:6]
