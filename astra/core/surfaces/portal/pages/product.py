"""Products: list, editor with the card's preview, archive."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import Failure
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.catalog.access import access_product
from astra.core.journey.catalog.actions.archive_product import archive_product
from astra.core.journey.catalog.actions.change_product import ChangedVariation, change_product
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.restore_product import restore_product
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.queries import ProductFacts, products
from astra.core.surfaces.portal.forms.product import MOST_ROWS, ProductForm, VariationRow, are_apart, rows_of, rows_sent, typed_variations
from astra.core.surfaces.portal.preview import preview_of
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import stock_word
from astra.core.surfaces.ui.once import once


@seller_page
def product_list(visit: Visit) -> HttpResponse:
    """The products on sale, then the archived ones."""
    lines = [(facts, stock_word(facts.in_words)) for facts in products(visit.seller_id)]
    return visit.page("products.html", "products", lines=lines, archived=products(visit.seller_id, archived=True))


@seller_page
def new_product(visit: Visit) -> HttpResponse:
    """Takes ``name``, ``description``, ``no_stock`` and rows ``variation_name_1``, ``variation_price_1``, …"""
    if not allowance(visit.seller_id).max_products:
        visit.say(_("First start the trial."), detail=_("Then you can add products."), tone="warn")
        return HttpResponseRedirect(reverse("plan"))
    return _editor(visit, None)


@seller_page
def product(visit: Visit, product_id: uuid.UUID) -> HttpResponse:
    """The editor of one product; rows also carry ``variation_id_1``. A row that was emptied archives its variation."""
    return _editor(visit, access_product(visit.seller_id, product_id))


def _editor(visit: Visit, facts: ProductFacts | None) -> HttpResponse:
    request = visit.request
    currency = facts.currency if facts else visit.seller.currency
    if request.method != "POST":
        known = {"name": facts.name, "description": facts.description, "no_stock": facts.no_stock} if facts else {}
        return _show(visit, facts, ProductForm(initial=known), rows_of(facts, currency), currency)
    form, rows = ProductForm(request.POST), rows_sent(request.POST, currency)
    if "more" in request.POST:
        if len(rows) < MOST_ROWS:
            rows.append(VariationRow(prefix=str(len(rows) + 1), currency=currency))
        return _show(visit, facts, form, rows, currency)
    is_good = all([form.is_valid(), *[row.is_valid() for row in rows], are_apart(rows)])
    if is_good and (answer := _save(visit, facts, form, typed_variations(rows))) is not None:
        return answer
    return _show(visit, facts, form, rows, currency)


def _save(
    visit: Visit, facts: ProductFacts | None, form: ProductForm, typed: list[tuple[uuid.UUID | None, str, int]]
) -> HttpResponse | None:
    words: dict[str, Any] = form.cleaned_data
    try:
        with once(visit.request) as sending:
            if facts is None:
                product_id = create_product(
                    seller_id=visit.seller_id,
                    name=words["name"],
                    description=words["description"],
                    no_stock=words["no_stock"],
                    variations=[NewVariation(name, price) for _id, name, price in typed],
                    actor=visit.actor,
                )
                visit.say(_("Product created."), detail=_("Now add its stock."))
                return HttpResponseRedirect(sending.leads_to(reverse("stock", args=[product_id])))
            change_product(
                seller_id=visit.seller_id,
                product_id=facts.id,
                name=words["name"],
                description=words["description"],
                variations=[ChangedVariation(*one) for one in typed],
                actor=visit.actor,
            )
            if words["no_stock"] != facts.no_stock:
                set_no_stock(seller_id=visit.seller_id, product_id=facts.id, no_stock=words["no_stock"], actor=visit.actor)
            visit.say(_("Saved."), detail=_("Published cards are updated by themselves. Orders already placed keep their price."))
            return HttpResponseRedirect(sending.leads_to(reverse("product", args=[facts.id])))
    except Failure as failure:
        if failure.label == "not_found":
            raise
        form.add_error(None, str(failure.text))
        return None


def _show(visit: Visit, facts: ProductFacts | None, form: ProductForm, rows: list[VariationRow], currency: str) -> HttpResponse:
    known = {str(one.id): one for one in facts.variations} if facts else {}
    lines = [(row, known.get(str(row["variation_id"].value() or ""))) for row in rows]
    return visit.page(
        "product.html",
        "products",
        facts=facts,
        form=form,
        lines=lines,
        currency=currency,
        may_add=len(rows) < MOST_ROWS,
        preview=preview_of(facts, form["description"].value() or "", currency),
    )


@require_POST
@seller_page
def archive(visit: Visit, product_id: uuid.UUID) -> HttpResponse:
    """Takes a product off sale; the notice offers the way back."""
    facts = access_product(visit.seller_id, product_id)

    def deed() -> None:
        archive_product(seller_id=visit.seller_id, product_id=facts.id, actor=visit.actor)
        visit.say(
            _("%(name)s was archived.") % {"name": facts.name},
            detail=_("Its stock is kept, and open orders go on."),
            undo=reverse("restore_product", args=[facts.id]),
        )

    return carry_out(visit, deed, reverse("products")) or HttpResponseRedirect(reverse("products"))


@require_POST
@seller_page
def restore(visit: Visit, product_id: uuid.UUID) -> HttpResponse:
    """Puts an archived product on sale again."""
    facts = access_product(visit.seller_id, product_id)

    def deed() -> None:
        restore_product(seller_id=visit.seller_id, product_id=facts.id, actor=visit.actor)
        visit.say(_("%(name)s is back on sale.") % {"name": facts.name})

    return carry_out(visit, deed, reverse("products")) or HttpResponseRedirect(reverse("products"))
