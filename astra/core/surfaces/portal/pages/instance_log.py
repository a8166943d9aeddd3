"""The bot's last lines, live."""

import uuid

from django.http import HttpResponse

from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.queries import runtime_report
from astra.core.surfaces.portal.visit import Visit, seller_page


@seller_page
def instance_log(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The page with the lines."""
    facts = access_instance(visit.seller_id, instance_id)
    return visit.page("instance_log.html", "instances", tab="log", facts=facts, report=runtime_report(visit.seller_id, facts.id))


@seller_page
def instance_log_lines(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The lines, which refresh themselves."""
    facts = access_instance(visit.seller_id, instance_id)
    return visit.part("instance_log_lines.html", facts=facts, report=runtime_report(visit.seller_id, facts.id))
