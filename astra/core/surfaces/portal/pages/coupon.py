"""Coupons: list, make, switch on and off."""

import datetime
import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.clock import current_instant
from astra.core.journey.catalog.access import access_coupon
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.switch_coupon import switch_coupon
from astra.core.journey.catalog.queries import CouponFacts, coupons
from astra.core.surfaces.portal.forms.coupon import CouponForm
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import Word

# A coupon ends with the midnight after its last day: the day that people read is the one before.
LAST_MOMENT = datetime.timedelta(seconds=1)


@seller_page
def coupon_list(visit: Visit) -> HttpResponse:
    """The coupons; takes a new one: ``code``, ``kind``, ``value``, ``minimum_minor``, ``max_uses``, ``ends_on``."""
    form = CouponForm(visit.request.POST or None, currency=visit.seller.currency)
    if visit.request.method == "POST" and form.is_valid():
        fields = form.cleaned_data

        def deed() -> None:
            create_coupon(
                seller_id=visit.seller_id,
                code=fields["code"],
                kind=fields["kind"],
                value=fields["value"],
                minimum_minor=fields["minimum_minor"] or 0,
                max_uses=fields["max_uses"],
                starts_at=None,
                ends_at=form.ends_at,
                actor=visit.actor,
            )
            visit.say(_("Coupon created."), detail=_("Buyers type it in the cart."))

        answer = carry_out(
            visit, deed, reverse("coupons"), form, {"bad_code": "code", "code_taken": "code", "bad_value": "value", "bad_uses": "max_uses"}
        )
        if answer is not None:
            return answer
    now = current_instant()
    lines = [(one, _coupon_word(one, now), one.ends_at - LAST_MOMENT if one.ends_at else None) for one in coupons(visit.seller_id)]
    return visit.page("coupons.html", "coupons", form=form, lines=lines)


def _coupon_word(facts: CouponFacts, now: datetime.datetime) -> Word:
    """Whether buyers can use it now, and if not, why."""
    if not facts.active:
        return Word(_("off"))
    if facts.ends_at is not None and facts.ends_at <= now:
        return Word(_("over"), "warn")
    if facts.max_uses is not None and facts.uses >= facts.max_uses:
        return Word(_("used up"), "warn")
    return Word(_("works"), "ok")


@require_POST
@seller_page
def switch(visit: Visit, coupon_id: uuid.UUID) -> HttpResponse:
    """Takes ``active`` (1 or 0)."""
    facts = access_coupon(visit.seller_id, coupon_id)
    active = visit.request.POST.get("active") == "1"

    def deed() -> None:
        switch_coupon(seller_id=visit.seller_id, coupon_id=facts.id, active=active, actor=visit.actor)
        text = _("%(code)s works again.") if active else _("%(code)s no longer works.")
        visit.say(text % {"code": facts.code}, detail="" if active else _("Orders that hold it keep their price."))

    return carry_out(visit, deed, reverse("coupons")) or HttpResponseRedirect(reverse("coupons"))
