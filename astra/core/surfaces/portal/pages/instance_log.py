"""The bot's last lines, live; they can be held still."""

import uuid
from typing import Any

from django.http import HttpResponse

from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.queries import InstanceFacts, runtime_report
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.ui.log_line import log_lines

# Engines whose bots tell no lines: there is no program, or its log is shared with others.
WITHOUT_LINES = ("none", "pool")


def _lines(visit: Visit, facts: InstanceFacts) -> dict[str, Any]:
    report = runtime_report(visit.seller_id, facts.id)
    return {
        "facts": facts,
        "lines": list(reversed(log_lines(report.lines))),
        "changed_at": report.changed_at,
        "tells_lines": facts.engine not in WITHOUT_LINES,
        "is_paused": bool(visit.request.GET.get("paused")),
    }


@seller_page
def instance_log(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The page with the lines; ``paused`` holds them still."""
    facts = access_instance(visit.seller_id, instance_id)
    return visit.page("instance_log.html", "instances", tab="log", **_lines(visit, facts))


@seller_page
def instance_log_lines(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The lines, which refresh themselves unless ``paused``."""
    facts = access_instance(visit.seller_id, instance_id)
    return visit.part("instance_log_lines.html", **_lines(visit, facts))
