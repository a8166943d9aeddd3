"""Every seller's instances."""

from django.http import HttpRequest, HttpResponse

from astra.core.journey.accounts.queries import seller_names
from astra.core.journey.instances.queries import instances_of_everybody
from astra.core.journey.instances.reasons import explain
from astra.core.surfaces.backoffice.desk import operator_page, show
from astra.core.surfaces.backoffice.words import seen_word


@operator_page
def instance_list(request: HttpRequest) -> HttpResponse:
    """All instances with state and reason."""
    names = seller_names()
    lines = [
        (facts, names.get(facts.seller_id, ""), seen_word(facts.seen_state), explain(facts.reason, facts.seen_state))
        for facts in instances_of_everybody()
    ]
    return show(request, "instances.html", "instances", lines=lines)
