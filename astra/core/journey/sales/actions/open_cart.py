"""A buyer presses Buy."""

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.ids import new_id, short_code
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.catalog.models import Product, Variation
from astra.core.journey.catalog.queries import few_available
from astra.core.journey.sales.actions.move_order import note_step
from astra.core.journey.sales.actions.price_cart import price_cart_as_it_is, save_prices
from astra.core.journey.sales.models import Order, OrderClick, OrderLine
from astra.core.journey.sales.models.order_state import Commercial

CODE_PREFIX = "LD"
TRIES = 5


class NotSelling(Failure):
    """The seller may not take new orders now: no plan, an ended one, or a suspension. Paid orders are still delivered."""

    text = _("This shop is not taking new orders at the moment. You were not charged. What you already bought is still yours.")
    label = "not_selling"


class NotOnSale(Failure):
    """The product was taken off sale."""

    text = _("This product is not on sale any more. You were not charged.")
    label = "not_on_sale"


def open_cart(
    *,
    seller_id: uuid.UUID,
    instance_id: uuid.UUID,
    buyer_id: str,
    buyer_name: str,
    guild_id: str,
    channel_id: str,
    product_id: uuid.UUID,
    click_id: str,
) -> uuid.UUID:
    """Opens a cart with one item of a product and returns its id; nothing is held yet.

    The same click leads to the same cart, and a buyer has one open cart per shop and product. Raises NotFound, NotOnSale,
    NotSelling.
    """
    with acting_for(seller_id):
        clicked = OrderClick.objects.filter(verb="open", click_id=click_id).select_related("order").first()
        if clicked is not None:
            if clicked.order.buyer_id != buyer_id:
                raise NotFound
            return clicked.order_id
        product = Product.objects.filter(id=product_id).first()
        if product is None:
            raise NotFound
        offered = list(Variation.objects.filter(product=product, archived_at=None).order_by("place", "id"))
        if product.archived_at is not None or not offered:
            raise NotOnSale
        if not allowance(seller_id).may_sell:
            raise NotSelling
        order = _draft(seller_id, instance_id, buyer_id, product_id)
        if order is None:
            order = _make(
                Order(
                    seller_id=seller_id,
                    buyer_id=buyer_id,
                    buyer_name=buyer_name[:100],
                    instance_id=instance_id,
                    guild_id=guild_id,
                    channel_id=channel_id,
                    product_id=product_id,
                    currency=product.currency,
                )
            )
        else:
            Order.objects.filter(id=order.id).update(
                touched_at=AstraNow(),
                buyer_name=buyer_name[:100],
                guild_id=guild_id,
                channel_id=channel_id,
            )
        _fill(order, product, offered)
        OrderClick.objects.bulk_create(
            [OrderClick(seller_id=seller_id, verb="open", click_id=click_id, order=order)],
            ignore_conflicts=True,
        )
    return order.id


def _draft(seller_id: uuid.UUID, instance_id: uuid.UUID, buyer_id: str, product_id: uuid.UUID) -> Order | None:
    drafts = Order.objects.select_for_update(no_key=True).filter(
        seller_id=seller_id,
        instance_id=instance_id,
        buyer_id=buyer_id,
        product_id=product_id,
        commercial=Commercial.DRAFT,
    )
    return drafts.first()


def _make(order: Order) -> Order:
    # Two clicks at once meet at the constraint of one draft: the second takes the first one's. A code that is taken already
    # is drawn again.
    for _attempt in range(TRIES):
        order.id, order.code = new_id(), short_code(CODE_PREFIX)
        try:
            with transaction.atomic():
                order.save(force_insert=True)
        except IntegrityError:
            other = _draft(order.seller_id, order.instance_id, order.buyer_id, order.product_id)
            if other is not None:
                return other
            continue
        note_step(order, kind="opened", actor=Actor("buyer", order.buyer_id))
        return order
    raise RuntimeError("No free order code was found.")


def _fill(order: Order, product: Product, offered: list[Variation]) -> None:
    lines = list(OrderLine.objects.filter(order=order).order_by("place"))
    if not lines:
        first = _first_choice(offered)
        line = OrderLine(
            seller_id=order.seller_id,
            order=order,
            variation_id=first.id,
            quantity=1,
            unit_price_minor=first.price_minor,
            total_minor=first.price_minor,
            product_name=product.name,
            variation_name=first.name,
        )
        line.save(force_insert=True)
        lines = [line]
    for line in lines:
        if line.variation_id not in {variation.id for variation in offered}:
            line.variation_id = _first_choice(offered).id
    save_prices(order, price_cart_as_it_is(order, lines))


def _first_choice(offered: list[Variation]) -> Variation:
    """The first variation that is in stock, or the first of all."""
    return next((variation for variation in offered if few_available(variation.id)), offered[0])
