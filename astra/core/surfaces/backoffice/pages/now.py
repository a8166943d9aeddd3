"""Now: what happens across all sellers."""

from django.http import HttpRequest, HttpResponse

from astra.core.journey.wallet.queries import withdrawals_to_review
from astra.core.payments.queries import parked_to_review
from astra.core.surfaces.backoffice.desk import operator_page, show
from astra.core.surfaces.backoffice.figures import instances_by_state, orders_by_word, paid_to_delivered
from astra.core.surfaces.backoffice.words import seen_word


@operator_page
def now(request: HttpRequest) -> HttpResponse:
    """Orders by state, instances by state, withdrawals to review, money set aside, speed; the middle refreshes itself."""
    way, rest = orders_by_word()
    states = [(seen_word(state), count) for state, count in instances_by_state()]
    total = sum(count for _word, count in states)
    pieces, at = [], 0.0
    for word, count in states:
        width = count * 100 / total
        pieces.append({"x": f"{at:.2f}%", "width": f"{max(0.6, width - 0.4):.2f}%", "tone": word.tone or "ink"})
        at += width
    template = "now_live.html" if request.headers.get("HX-Request") == "true" else "now.html"
    return show(
        request,
        template,
        "now",
        way=way,
        rest=rest,
        states=states,
        total=total,
        pieces=pieces,
        speed=paid_to_delivered(),
        reviews=withdrawals_to_review(),
        parked=parked_to_review(),
    )
