"""An order that was not paid gives its coupon back."""

import uuid

from django.db.models import F

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Coupon, CouponUse


def return_coupon(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> bool:
    """Uncounts the use of an order, once, in the caller's transaction; False when there was nothing to give back.

    Call it after ``release``: items are locked before coupons everywhere.
    """
    with acting_for(seller_id):
        use = CouponUse.objects.filter(order_id=order_id, returned_at=None).values_list("coupon_id", flat=True).first()
        if use is None or not CouponUse.objects.filter(order_id=order_id, returned_at=None).update(returned_at=AstraNow()):
            return False
        Coupon.objects.filter(id=use).update(uses=F("uses") - 1)
    return True
