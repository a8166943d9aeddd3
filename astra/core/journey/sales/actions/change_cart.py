"""A buyer changes variation, quantity or coupon before paying."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_coupon import coupon_code as normal_code
from astra.core.journey.catalog.actions.take_coupon import CouponRefused
from astra.core.journey.catalog.models import Variation
from astra.core.journey.sales.actions.move_order import lock_order
from astra.core.journey.sales.actions.price_cart import price_cart, price_cart_as_it_is, save_prices
from astra.core.journey.sales.models import Order, OrderLine
from astra.core.journey.sales.models.order_line import MAX_QUANTITY
from astra.core.journey.sales.models.order_state import Commercial

__all__ = ["BadQuantity", "CartClosed", "CouponRefused", "change_cart"]


class BadQuantity(Failure):
    """A quantity outside 1–20."""

    text = _("Choose a quantity from 1 to 20. Your cart was not changed.")
    label = "bad_quantity"


class CartClosed(Failure):
    """The cart became an order, or ended."""

    text = _("This cart is closed: it was paid for, cancelled, or it ended. Nothing was changed; press Buy to open a new one.")
    label = "cart_closed"


def change_cart(
    *,
    seller_id: uuid.UUID,
    order_id: uuid.UUID,
    buyer_id: str,
    variation_id: uuid.UUID | None = None,
    quantity: int | None = None,
    coupon_code: str | None = None,
) -> None:
    """Changes what is given and computes the cart anew; an empty ``coupon_code`` takes the coupon out.

    A coupon that no longer fits after a change of goods is dropped; one that is typed now and does not fit raises
    CouponRefused. Raises NotFound (also for another buyer's cart), CartClosed, BadQuantity.
    """
    if quantity is not None and not 1 <= quantity <= MAX_QUANTITY:
        raise BadQuantity(quantity=quantity)
    with acting_for(seller_id):
        order = lock_cart(order_id, buyer_id)
        lines = list(OrderLine.objects.filter(order=order).order_by("place"))
        if variation_id is not None:
            if not Variation.objects.filter(id=variation_id, product_id=order.product_id, archived_at=None).exists():
                raise NotFound
            lines[0].variation_id = variation_id
        if quantity is not None:
            lines[0].quantity = quantity
        typed = None if coupon_code is None else normal_code(coupon_code)
        cart = price_cart_as_it_is(order, lines) if typed is None else price_cart(order, lines, typed)
        save_prices(order, cart)
        Order.objects.filter(id=order.id).update(touched_at=AstraNow())


def lock_cart(order_id: uuid.UUID, buyer_id: str) -> Order:
    """A buyer's own open cart, locked. Raises NotFound for another buyer's, CartClosed for one that is no cart any more."""
    order = lock_order(order_id)
    if order.buyer_id != buyer_id:
        raise NotFound
    if order.commercial != Commercial.DRAFT:
        raise CartClosed
    return order
