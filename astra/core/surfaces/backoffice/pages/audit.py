"""Who did what to what, and why."""

from django.http import HttpRequest, HttpResponse

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.accounts.queries import person_names, seller_names
from astra.core.surfaces.backoffice.desk import operator_page, show
from astra.core.surfaces.backoffice.words import actor_text
from astra.core.surfaces.ui.deeds import deed_text

SHOWN = 100


@operator_page
def audit(request: HttpRequest) -> HttpResponse:
    """The latest deeds; ``q`` keeps those whose verb, object or reason contains it."""
    search = request.GET.get("q", "").strip()[:80]
    with as_system():
        rows = AuditRow.objects.all()
        if search:
            rows = rows.filter(verb__icontains=search) | rows.filter(object_id__icontains=search) | rows.filter(reason__icontains=search)
        found = list(rows.order_by("-created_at", "-id")[:SHOWN])
    people = person_names({row.actor_id for row in found if row.actor_kind in ("member", "operator")})
    names = seller_names()
    lines = [
        (row, deed_text(row.verb), people.get(row.actor_id) or actor_text(row.actor_kind), names.get(row.seller_id, "")) for row in found
    ]
    return show(request, "audit.html", "audit", lines=lines, search=search, is_full=len(found) == SHOWN)
