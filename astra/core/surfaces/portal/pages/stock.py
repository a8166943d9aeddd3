"""The stock of a product: counts, and items pasted in."""

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.foundation.failure import Failure
from astra.core.journey.catalog.access import access_product, access_variation
from astra.core.journey.catalog.actions.import_stock import ImportReport, import_stock
from astra.core.surfaces.portal.forms.product import StockForm
from astra.core.surfaces.portal.visit import Visit, seller_page
from astra.core.surfaces.portal.words import stock_word
from astra.core.surfaces.ui.once import once


@seller_page
def stock(visit: Visit, product_id: uuid.UUID) -> HttpResponse:
    """Shows the counts; takes ``variation_id`` and ``text`` (one item per line)."""
    facts = access_product(visit.seller_id, product_id)
    request = visit.request
    wanted = request.GET.get("variation", "")
    form = StockForm(request.POST or None, facts=facts, initial={"variation_id": wanted})
    if request.method == "POST" and form.is_valid():
        variation = access_variation(visit.seller_id, uuid.UUID(form.cleaned_data["variation_id"]))
        try:
            with once(request) as sending:
                report = import_stock(
                    seller_id=visit.seller_id, variation_id=variation.id, text=form.cleaned_data["text"], actor=visit.actor
                )
                _tell(visit, report)
                return HttpResponseRedirect(sending.leads_to(reverse("stock", args=[facts.id])))
        except Failure as failure:
            if failure.label == "not_found":
                raise
            form.add_error("text", str(failure.text))
    lines = [(one, stock_word(one.in_words)) for one in facts.variations]
    return visit.page("stock.html", "products", facts=facts, form=form, lines=lines)


def _tell(visit: Visit, report: ImportReport) -> None:
    parts = []
    if report.duplicates:
        parts.append(
            ngettext("%(count)s line was repeated and was left out.", "%(count)s lines were repeated and were left out.", report.duplicates)
            % {"count": report.duplicates}
        )
    if report.served_waiting:
        parts.append(
            ngettext(
                "%(count)s paid order that waited was served first.",
                "%(count)s paid orders that waited were served first.",
                report.served_waiting,
            )
            % {"count": report.served_waiting}
        )
    text = ngettext("%(count)s item entered the stock.", "%(count)s items entered the stock.", report.added) % {"count": report.added}
    if not report.added:
        text = _("Nothing new entered the stock.")
    visit.say(text, detail=" ".join(parts), tone="ok" if report.added else "warn")
