"""A buyer agrees to buy: the items are held and a charge is on its way, or he is told why not before paying."""

import datetime
import uuid

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.catalog.actions.reserve import OutOfStock, Reserved, Wanted, reserve
from astra.core.journey.catalog.actions.take_coupon import CouponRefused, take_coupon
from astra.core.journey.catalog.models import Product, Variation
from astra.core.journey.catalog.models.product import NoStock
from astra.core.journey.sales.actions.change_cart import CartClosed
from astra.core.journey.sales.actions.move_order import lock_order, move_order
from astra.core.journey.sales.actions.open_cart import NotOnSale, NotSelling
from astra.core.journey.sales.actions.price_cart import price_cart, price_cart_as_it_is, same_prices, save_prices
from astra.core.journey.sales.events import OrderPlaced
from astra.core.journey.sales.models import Order, OrderClick, OrderLine
from astra.core.journey.sales.models.order_state import Commercial, Move, PaymentAxis
from astra.core.payments.actions.intend_charge import intend_charge

PURPOSE = "order"
DONE_WITH = (Commercial.EXPIRED, Commercial.CANCELLED)
# What one buyer may hold without paying, in all shops of a seller: enough for a hurry, too little to empty a shelf.
MAX_UNPAID = 5


class MustAgreeToWait(Failure):
    """There is not enough now, and the product lets buyers wait: they agree to that before they pay."""

    text = _("There is not enough in stock now. You were not charged. You can pay and wait your turn: who pays first is served first.")
    label = "must_agree_to_wait"


class PriceChanged(Failure):
    """The cart costs something else than what the buyer saw. It shows the new amounts now."""

    text = _("The price changed while you were choosing. You were not charged: look at the new total and press Pay again.")
    label = "price_changed"


class TooManyUnpaid(Failure):
    """The buyer holds as much without paying as a buyer may."""

    text = _("You have five orders in this shop that wait for payment. You were not charged: pay or cancel one of them, then try again.")
    label = "too_many_unpaid"


def place_order(
    *,
    seller_id: uuid.UUID,
    order_id: uuid.UUID,
    buyer_id: str,
    click_id: str,
    accepts_waiting: bool = False,
) -> uuid.UUID:
    """Turns a cart into an order that awaits payment, in one transaction, and returns its id.

    Everything is held (or, with ``accepts_waiting`` and a product that allows it, promised), prices and coupon are frozen,
    and a charge is intended; or nothing of this happens. The same click, and any click on an order that is placed already,
    changes nothing and returns the id. Raises NotFound, CartClosed, NotSelling, TooManyUnpaid, NotOnSale, PriceChanged,
    CouponRefused, OutOfStock, MustAgreeToWait; in none of these cases a charge exists.
    """
    try:
        with acting_for(seller_id):
            return _place(seller_id, order_id, buyer_id, click_id, accepts_waiting)
    except (PriceChanged, CouponRefused):
        # What was tried is undone; the cart must show what is true now before the buyer presses again.
        with acting_for(seller_id):
            order = lock_order(order_id)
            if order.commercial == Commercial.DRAFT:
                save_prices(order, price_cart_as_it_is(order, _lines(order)))
        raise


def _place(seller_id: uuid.UUID, order_id: uuid.UUID, buyer_id: str, click_id: str, accepts_waiting: bool) -> uuid.UUID:
    order = lock_order(order_id)
    if order.buyer_id != buyer_id:
        raise NotFound
    if order.commercial != Commercial.DRAFT:
        placed_by_this = OrderClick.objects.filter(verb="place", click_id=click_id, order=order).exists()
        if order.commercial in DONE_WITH and not placed_by_this:
            raise CartClosed
        return order.id
    allowed = allowance(seller_id)
    if not allowed.may_sell:
        raise NotSelling
    _refuse_hoarder(seller_id, buyer_id)
    lines = _lines(order)
    product = Product.objects.get(id=order.product_id)
    variations = [line.variation_id for line in lines]
    if product.archived_at is not None or Variation.objects.filter(id__in=variations, archived_at__isnull=False).exists():
        raise NotOnSale
    cart = price_cart(order, lines, order.coupon_code)
    if not same_prices(order, lines, cart):
        raise PriceChanged(total_minor=cart.total_minor)

    until = current_instant() + datetime.timedelta(minutes=settings.ASTRA_CHARGE_MINUTES)
    may_wait = accepts_waiting and product.no_stock == NoStock.WAIT
    held = _reserve(order, lines, product, until, may_wait)
    if cart.coupon_code:
        take_coupon(seller_id=seller_id, order_id=order.id, code=cart.coupon_code, amount_minor=cart.subtotal_minor)
    charge_id = intend_charge(
        seller_id=seller_id,
        purpose_kind=PURPOSE,
        purpose_id=order.id,
        amount_minor=order.total_minor,
        currency=order.currency,
        description=f"{order.code} {lines[0].product_name}",
        expires_at=until,
        payer_name=order.buyer_name,
    )
    OrderClick.objects.bulk_create([OrderClick(seller_id=seller_id, verb="place", click_id=click_id, order=order)], ignore_conflicts=True)
    waiting = sum(line.waiting for line in held)
    move_order(
        order,
        Move.CHECK_OUT,
        actor=Actor("buyer", buyer_id),
        kind="placed",
        facts={"total_minor": order.total_minor, "currency": order.currency, "waiting": waiting},
        payment=PaymentAxis.PENDING,
        charge_id=charge_id,
        accepts_waiting=may_wait,
        fee_basis_points=allowed.fee_basis_points,
        expires_at=until,
        placed_at=AstraNow(),
    )
    emit(OrderPlaced(seller_id, order.id))
    return order.id


def _refuse_hoarder(seller_id: uuid.UUID, buyer_id: str) -> None:
    # A buyer's carts are placed one after the other: twenty presses at once are counted as twenty, not as none.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"unpaid|{seller_id}|{buyer_id}"])
    if Order.objects.filter(seller_id=seller_id, buyer_id=buyer_id, commercial=Commercial.AWAITING_PAYMENT).count() >= MAX_UNPAID:
        raise TooManyUnpaid


def _reserve(order: Order, lines: list[OrderLine], product: Product, until: datetime.datetime, may_wait: bool) -> list[Reserved]:
    wanted = [Wanted(line.id, line.variation_id, line.quantity, may_wait) for line in lines]
    try:
        return reserve(seller_id=order.seller_id, order_id=order.id, wanted=wanted, until=until)
    except OutOfStock as short:
        if product.no_stock == NoStock.WAIT:
            raise MustAgreeToWait(held=short.facts["held"], quantity=short.facts["quantity"]) from short
        raise


def _lines(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).order_by("place"))
