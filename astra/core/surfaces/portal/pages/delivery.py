"""Deliveries: what is on its way, what waits, what came."""

from django.http import HttpResponse

from astra.core.journey.delivery.queries import deliveries
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.portal.words import delivery_word


@seller_page
def delivery_list(visit: Visit) -> HttpResponse:
    """The latest deliveries."""
    lines = [(one, delivery_word(one)) for one in deliveries(visit.seller_id)]
    waiting = sum(1 for one, _word in lines if one.state == "waiting_stock")
    return visit.page("deliveries.html", "deliveries", lines=lines, waiting=waiting)
