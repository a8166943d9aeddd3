"""An order takes a coupon: counted in one statement, so the last use is never given twice."""

import uuid
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_coupon import coupon_code
from astra.core.journey.catalog.models import Coupon, CouponUse
from astra.core.journey.catalog.models.coupon import CouponKind


class CouponRefused(Failure):
    """A coupon that this order cannot have; ``text`` says why. The cart is as it was, nothing was charged."""

    text = _("This coupon is not valid. Your cart was not changed.")
    label = "coupon_refused"


@dataclass(frozen=True, slots=True)
class Discount:
    """What a coupon takes off an amount, in minor units."""

    coupon_id: uuid.UUID
    code: str
    discount_minor: int


def quote_coupon(*, seller_id: uuid.UUID, code: str, amount_minor: int) -> Discount:
    """What a coupon would take off goods worth an amount, now, without taking it. Raises CouponRefused.

    A percentage is rounded half up. A coupon never makes an order free: there would be nothing to pay.
    """
    with acting_for(seller_id):
        row = Coupon.objects.filter(code=coupon_code(code)).first()
        if row is None or not row.active:
            raise CouponRefused(reason="unknown")
        now = current_instant()
        if row.starts_at is not None and row.starts_at > now:
            raise CouponRefused(_("This coupon is not valid yet. Your cart was not changed."), reason="early")
        if row.ends_at is not None and row.ends_at <= now:
            raise CouponRefused(_("This coupon has ended. Your cart was not changed."), reason="ended")
        if row.max_uses is not None and row.uses >= row.max_uses:
            raise CouponRefused(_("This coupon was used up. Your cart was not changed."), reason="used_up")
        if amount_minor < row.minimum_minor:
            raise CouponRefused(_("This coupon is for larger orders. Your cart was not changed."), reason="minimum")
    discount = (amount_minor * row.value + 50) // 100 if row.kind == CouponKind.PERCENT else row.value
    if discount >= amount_minor:
        raise CouponRefused(
            _("This coupon is worth as much as the whole order: add something to use it. Your cart was not changed."),
            reason="too_much",
        )
    return Discount(row.id, row.code, discount)


def take_coupon(*, seller_id: uuid.UUID, order_id: uuid.UUID, code: str, amount_minor: int) -> Discount:
    """Counts a use of a coupon for an order, in the caller's transaction, and returns the discount. Raises CouponRefused.

    Concurrent orders queue at the coupon's row; whoever finds it used up is refused. Call it after ``reserve``: items are
    locked before coupons everywhere.
    """
    with acting_for(seller_id):
        quote = quote_coupon(seller_id=seller_id, code=code, amount_minor=amount_minor)
        in_time = (Q(starts_at=None) | Q(starts_at__lte=AstraNow())) & (Q(ends_at=None) | Q(ends_at__gt=AstraNow()))
        left = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
        if not Coupon.objects.filter(in_time & left, id=quote.coupon_id, active=True).update(uses=F("uses") + 1):
            raise CouponRefused(_("This coupon was used up. Your cart was not changed."), reason="used_up")
        CouponUse.objects.create(
            seller_id=seller_id,
            coupon_id=quote.coupon_id,
            order_id=order_id,
            discount_minor=quote.discount_minor,
        )
    return quote
