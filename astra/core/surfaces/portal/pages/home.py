"""The first page: the trail with the one next step, today's figures, what needs the seller, the latest sales."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import reading_for
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.catalog.queries import products
from astra.core.journey.instances.queries import instances, open_findings
from astra.core.journey.publication.queries import publications
from astra.core.journey.sales.queries import OrderFacts, SalesFigures, money_today, orders
from astra.core.journey.wallet.queries import WalletFacts, wallet
from astra.core.surfaces.portal.journey import sight_of, trail_of
from astra.core.surfaces.portal.needs import needs_of
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.portal.words import order_word

LATEST = 8


@seller_page
def home(visit: Visit) -> HttpResponse:
    """The first page."""
    user: Any = visit.request.user
    with reading_for(visit.seller_id):
        sight = sight_of(visit.seller_id, user.name, LATEST)
        sold, found = money_today(visit.seller_id), open_findings(visit.seller_id)
    trail = trail_of(sight)
    return visit.page(
        "home.html",
        "home",
        trail=trail,
        next_step=trail.next_step.name if trail.next_step and visit.may["edit_shop"] else "",
        next_opens=trail.next_step is not None and visit.opens(trail.next_step.where),
        greeting=_greeting(display_name(user)),
        needs=needs_of(visit.may, sight.bots, found, sight.goods, sight.shown),
        seen_bots=sight.bots,
        **_figures(sold, sight.money, sight.latest),
    )


@seller_page
def live(visit: Visit) -> HttpResponse:
    """The part that refreshes itself: figures and latest sales."""
    with reading_for(visit.seller_id):
        found = money_today(visit.seller_id), wallet(visit.seller_id), orders(visit.seller_id, limit=LATEST)
    return visit.part("home_live.html", **_figures(*found))


@seller_page
def needs(visit: Visit) -> HttpResponse:
    """What needs somebody now: it refreshes itself, so that a bot in trouble is seen without a reload."""
    with reading_for(visit.seller_id):
        bots, found = instances(visit.seller_id), open_findings(visit.seller_id)
        lines = needs_of(visit.may, bots, found, products(visit.seller_id), publications(visit.seller_id))
    return visit.part("home_needs.html", needs=lines, **visit.shop_word(bots))


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
