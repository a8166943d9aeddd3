"""What a cart costs now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from astra.core.foundation.money import spread
from astra.core.journey.catalog.actions.take_coupon import CouponRefused, Discount, quote_coupon
from astra.core.journey.catalog.models import Variation
from astra.core.journey.sales.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with the words and amounts of this moment, in minor units."""

    line: OrderLine
    product_name: str
    variation_name: str
    unit_price_minor: int
    discount_minor: int

    @property
    def goods_minor(self) -> int:
        """Quantity times price, before the discount."""
        return self.line.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with the amounts of this moment, in minor units."""

    lines: tuple[PricedLine, ...]
    coupon_id: uuid.UUID | None
    coupon_code: str
    subtotal_minor: int
    discount_minor: int

    @property
    def total_minor(self) -> int:
        """What the buyer pays."""
        return self.subtotal_minor - self.discount_minor


def price_cart(order: Order, lines: Sequence[OrderLine], coupon_code: str) -> PricedCart:
    """Computes the amounts of a cart with today's prices; a coupon is spread over the lines by largest remainder.

    Runs inside a block and writes nothing. Raises CouponRefused.
    """
    rows = {row.id: row for row in Variation.objects.select_related("product").filter(id__in=[line.variation_id for line in lines])}
    goods = [line.quantity * rows[line.variation_id].price_minor for line in lines]
    subtotal = sum(goods)
    quote: Discount | None = None
    if coupon_code:
        quote = quote_coupon(seller_id=order.seller_id, code=coupon_code, amount_minor=subtotal)
    discounts = spread(quote.discount_minor, goods) if quote else [0] * len(goods)
    return PricedCart(
        lines=tuple(
            PricedLine(
                line,
                rows[line.variation_id].product.name,
                rows[line.variation_id].name,
                rows[line.variation_id].price_minor,
                discount,
            )
            for line, discount in zip(lines, discounts, strict=True)
        ),
        coupon_id=quote.coupon_id if quote else None,
        coupon_code=quote.code if quote else "",
        subtotal_minor=subtotal,
        discount_minor=quote.discount_minor if quote else 0,
    )


def price_cart_as_it_is(order: Order, lines: Sequence[OrderLine]) -> PricedCart:
    """As price_cart with the cart's own coupon, which is dropped when it is refused now."""
    try:
        return price_cart(order, lines, order.coupon_code)
    except CouponRefused:
        return price_cart(order, lines, "")


def save_prices(order: Order, cart: PricedCart) -> None:
    """Writes the amounts into a locked cart and its lines, in the caller's transaction."""
    for priced in cart.lines:
        line = priced.line
        line.product_name, line.variation_name = priced.product_name, priced.variation_name
        line.unit_price_minor, line.discount_minor = priced.unit_price_minor, priced.discount_minor
        line.total_minor = priced.goods_minor - priced.discount_minor
        line.save(
            update_fields=[
                "variation",
                "quantity",
                "product_name",
                "variation_name",
                "unit_price_minor",
                "discount_minor",
                "total_minor",
            ]
        )
    order.coupon_id, order.coupon_code = cart.coupon_id, cart.coupon_code
    order.subtotal_minor, order.discount_minor, order.total_minor = cart.subtotal_minor, cart.discount_minor, cart.total_minor
    order.save(update_fields=["coupon", "coupon_code", "subtotal_minor", "discount_minor", "total_minor"])


def same_prices(order: Order, lines: Sequence[OrderLine], cart: PricedCart) -> bool:
    """Whether the buyer has seen exactly these amounts and words."""
    seen = (order.subtotal_minor, order.discount_minor, order.coupon_code)
    return seen == (cart.subtotal_minor, cart.discount_minor, cart.coupon_code) and all(
        (line.product_name, line.variation_name, line.unit_price_minor, line.discount_minor)
        == (priced.product_name, priced.variation_name, priced.unit_price_minor, priced.discount_minor)
        for line, priced in zip(lines, cart.lines, strict=True)
    )
