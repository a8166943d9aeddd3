"""The path of an order on the real database and the provider's sandbox: cart, checkout, payment in time."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.catalog.actions.archive_product import archive_product
from astra.core.journey.catalog.actions.change_product import ChangedVariation, change_product
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.reserve import OutOfStock
from astra.core.journey.catalog.actions.take_coupon import CouponRefused
from astra.core.journey.catalog.queries import allocations, coupons, open_items, product_facts, variation_facts
from astra.core.journey.catalog.tests.shop import MEMBER
from astra.core.journey.sales.access import access_buyers_order, access_order
from astra.core.journey.sales.actions.cancel_order import cancel_order
from astra.core.journey.sales.actions.change_cart import BadQuantity, CartClosed, change_cart
from astra.core.journey.sales.actions.open_cart import NotOnSale, NotSelling, open_cart
from astra.core.journey.sales.actions.place_order import MustAgreeToWait, PriceChanged, place_order
from astra.core.journey.sales.actions.record_fulfilment import record_fulfilment
from astra.core.journey.sales.models import Order, OrderLine
from astra.core.journey.sales.models.order_state import Word, WrongMove
from astra.core.journey.sales.queries import PLACED_WAITING, money_today, order_of_code, orders, orders_of_buyer
from astra.core.journey.sales.tests.shop import new_click
from astra.core.ledger.queries import balances
from astra.core.payments.queries import charge_facts, payments_of


def allow(seller_id, **changes):
    given = {"plan_name": "T", "sells_until": None, "max_instances": 1, "max_products": 9, "fee_basis_points": 500, "engines": ["none"]}
    set_allowance(seller_id=seller_id, **{**given, **changes})


def test_from_cart_to_paid(shop, news):
    product = shop.product("key one", "key two", prices=(1990, 500))
    order_id = shop.cart(product, quantity=2)
    cart = shop.facts(order_id)
    assert (cart.word, cart.total_minor, cart.placed_at) == (Word.DRAFT, 3980, None)
    assert shop.charges() == 0

    shop.place(order_id)
    placed = shop.facts(order_id)
    assert (placed.word, placed.payment) == (Word.AWAITING_PAYMENT, "pending")
    assert placed.code.startswith("LD-")
    charge = charge_facts(shop.seller_id, placed.charge_id)
    assert (charge.amount_minor, charge.currency, charge.purpose_kind, charge.purpose_id) == (3980, "BRL", "order", order_id)
    assert charge.expires_at == placed.expires_at
    assert variation_facts(shop.seller_id, product.variations[0].id).available == 0

    paid = shop.pay(order_id)
    assert (paid.word, paid.payment, paid.fulfilment) == (Word.PAID, "approved", "none")
    assert (paid.fee_minor, paid.earned_minor) == (199, 3781)
    [line] = allocations(shop.seller_id, order_id)
    assert [secret.reveal() for secret in open_items(shop.seller_id, line.item_ids)] == ["key one", "key two"]
    book = balances(shop.seller_id)
    assert (book["wallet_pending"], book["platform_fee"], book["provider_cash"]) == (3781, 199, 3980)
    assert shop.steps(order_id) == ["opened", "placed", "paid"]
    assert news.of(order_id) == ["OrderPlaced", "OrderPaid"]


def test_hearing_of_a_payment_again_changes_nothing(shop, news):
    order_id = shop.order(shop.product("a"))
    paid = shop.pay(order_id)
    shop.hear(order_id)
    assert shop.facts(order_id) == paid
    assert news.of(order_id).count("OrderPaid") == 1


def test_the_last_one_is_for_one_and_the_other_is_told_before_paying(shop):
    product = shop.product("last")
    first, second = shop.cart(product), shop.cart(product, buyer_id="2")
    shop.place(first)
    with pytest.raises(OutOfStock):
        shop.place(second, buyer_id="2")
    assert shop.charges() == 1
    assert shop.facts(second).word == Word.DRAFT
    assert shop.steps(second) == ["opened"]


def test_who_must_wait_agrees_first_and_is_served_by_order_of_payment(shop, news):
    product = shop.product(no_stock="wait")
    second, third = shop.cart(product, buyer_id="2"), shop.cart(product, buyer_id="3")
    with pytest.raises(MustAgreeToWait) as caught:
        shop.place(second, buyer_id="2")
    assert caught.value.facts == {"held": 0, "quantity": 1}
    assert shop.charges() == 0
    shop.place(third, buyer_id="3", accepts_waiting=True)
    shop.place(second, buyer_id="2", accepts_waiting=True)
    assert shop.facts(second).timeline[1].text == PLACED_WAITING
    assert shop.pay(second).word == Word.PAID
    shop.pay(third)
    assert shop.restock(product, "new") == 1
    assert news.of(second) == ["OrderPlaced", "OrderPaid", "WaitingServed"]
    assert news.of(third) == ["OrderPlaced", "OrderPaid"]
    assert [line.missing for line in allocations(shop.seller_id, second)] == [0]
    assert [line.missing for line in allocations(shop.seller_id, third)] == [1]


def test_agreeing_to_wait_means_nothing_where_the_product_refuses(shop):
    order_id = shop.cart(shop.product())
    with pytest.raises(OutOfStock):
        shop.place(order_id, accepts_waiting=True)
    assert shop.charges() == 0


def test_the_same_click_leads_to_the_same_cart_and_the_same_order(shop):
    product = shop.product("a", "b")
    click, pay = new_click(), new_click()
    order_id = shop.cart(product, click_id=click)
    assert shop.cart(product, click_id=click) == order_id
    assert shop.cart(product) == order_id, "one open cart per buyer, shop and product"
    assert shop.place(order_id, click_id=pay) == order_id
    assert shop.place(order_id, click_id=pay) == order_id
    assert shop.place(order_id) == order_id
    assert shop.charges() == 1
    assert shop.cart(product, click_id=click) == order_id
    assert shop.cart(product) != order_id
    assert variation_facts(shop.seller_id, product.variations[0].id).available == 1


def test_carts_of_two_shops_and_two_buyers_never_mix(shop, other_seller):
    product = shop.product("a")
    mine, theirs = shop.cart(product), shop.cart(product, buyer_id="2")
    elsewhere = open_cart(
        seller_id=shop.seller_id,
        instance_id=shop.seller_id,
        buyer_id=shop.buyer_id,
        buyer_name="b",
        guild_id="",
        channel_id="",
        product_id=product.id,
        click_id=new_click(),
    )
    assert len({mine, theirs, elsewhere}) == 3
    for attempt in (
        lambda: access_buyers_order(shop.seller_id, mine, "2"),
        lambda: access_order(other_seller.id, mine),
        lambda: change_cart(seller_id=shop.seller_id, order_id=mine, buyer_id="2", quantity=2),
        lambda: place_order(seller_id=shop.seller_id, order_id=mine, buyer_id="2", click_id=new_click()),
        lambda: place_order(seller_id=other_seller.id, order_id=mine, buyer_id=shop.buyer_id, click_id=new_click()),
        lambda: record_fulfilment(seller_id=other_seller.id, order_id=mine, fulfilment="done"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert access_buyers_order(shop.seller_id, mine, shop.buyer_id).id == mine


def test_somebody_elses_click_opens_nothing(shop):
    click = new_click()
    product = shop.product("a")
    shop.cart(product, click_id=click)
    with pytest.raises(NotFound):
        shop.cart(product, buyer_id="2", click_id=click)


@pytest.mark.parametrize("quantity", [0, 21, -1])
def test_a_quantity_is_from_1_to_20(shop, quantity):
    order_id = shop.cart(shop.product("a"))
    with pytest.raises(BadQuantity):
        change_cart(seller_id=shop.seller_id, order_id=order_id, buyer_id=shop.buyer_id, quantity=quantity)
    assert shop.facts(order_id).lines[0].quantity == 1


def test_a_variation_of_another_product_cannot_be_put_into_a_cart(shop):
    order_id, other = shop.cart(shop.product("a", prices=(100, 200))), shop.product(name="Other")
    with pytest.raises(NotFound):
        change_cart(seller_id=shop.seller_id, order_id=order_id, buyer_id=shop.buyer_id, variation_id=other.variations[0].id)


def test_a_placed_order_cannot_be_changed(shop):
    order_id = shop.order(shop.product("a"))
    with pytest.raises(CartClosed):
        change_cart(seller_id=shop.seller_id, order_id=order_id, buyer_id=shop.buyer_id, quantity=2)
    with acting_for(shop.seller_id):
        for change in (
            lambda: OrderLine.objects.filter(order_id=order_id).update(unit_price_minor=1, total_minor=1),
            lambda: Order.objects.filter(id=order_id).update(subtotal_minor=1, total_minor=1),
            lambda: Order.objects.filter(id=order_id).update(fee_basis_points=0),
            lambda: Order.objects.filter(id=order_id).update(buyer_id="2"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_history_is_never_rewritten(shop):
    shop.order(shop.product("a"))
    with acting_for(shop.seller_id), connection.cursor() as cursor:
        for statement in (
            "UPDATE sales_order_event SET kind = 'x'",
            "DELETE FROM sales_order_event",
            "DELETE FROM sales_order",
            "DELETE FROM sales_order_line",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_who_may_not_sell_opens_and_places_nothing_but_is_still_paid(shop, clock):
    product = shop.product("a", "b")
    open_order, cart = shop.order(product, buyer_id="2"), shop.cart(product)
    allow(shop.seller_id, sells_until=clock.now())
    clock.move(seconds=1)
    with pytest.raises(NotSelling):
        shop.place(cart)
    with pytest.raises(NotSelling):
        shop.cart(product, buyer_id="3")
    assert shop.charges() == 1
    assert shop.pay(open_order).word == Word.PAID


def test_the_fee_is_that_of_the_moment_of_checkout(shop):
    allow(shop.seller_id, fee_basis_points=333)
    product = shop.product("a", "b", prices=(1050,))
    order_id = shop.order(product)
    allow(shop.seller_id, fee_basis_points=9000)
    paid = shop.pay(order_id)
    assert (paid.fee_basis_points, paid.fee_minor) == (333, 35)  # 34.965 rounded half up


def test_a_changed_price_is_shown_before_it_is_paid(shop):
    product = shop.product("a")
    order_id = shop.cart(product)
    variation = product.variations[0]
    change_product(
        seller_id=shop.seller_id,
        product_id=product.id,
        name=product.name,
        description="",
        variations=[ChangedVariation(variation.id, variation.name, 1500)],
        actor=MEMBER,
    )
    with pytest.raises(PriceChanged):
        shop.place(order_id)
    assert (shop.charges(), shop.facts(order_id).total_minor) == (0, 1500)
    shop.place(order_id)
    assert shop.facts(order_id).lines[0].unit_price_minor == 1500


def test_an_archived_product_is_not_sold_but_a_placed_order_is_still_paid(shop):
    product = shop.product("a", "b")
    cart, placed = shop.cart(product), shop.order(product, buyer_id="2")
    archive_product(seller_id=shop.seller_id, product_id=product.id, actor=MEMBER)
    with pytest.raises(NotOnSale):
        shop.place(cart)
    with pytest.raises(NotOnSale):
        shop.cart(product, buyer_id="3")
    assert shop.pay(placed).word == Word.PAID


def test_a_coupon_is_frozen_counted_and_spread_by_largest_remainder(shop):
    product = shop.product("a", "b", "c", prices=(333, 1000))
    add = product.variations[1].id
    create_coupon(seller_id=shop.seller_id, code="TEN", kind="percent", value=10, actor=MEMBER, max_uses=1)
    order_id = shop.cart(product, quantity=2, coupon="ten")
    assert (shop.facts(order_id).discount_minor, shop.facts(order_id).coupon_code) == (67, "TEN")
    with acting_for(shop.seller_id):  # carts of several lines come from the stages ahead: here one is put in by hand
        order = Order.objects.get(id=order_id)
        OrderLine.objects.create(
            seller_id=shop.seller_id,
            order=order,
            place=1,
            variation_id=add,
            product_name="",
            variation_name="",
            quantity=1,
            unit_price_minor=1000,
            total_minor=1000,
        )
    from astra.core.journey.catalog.tests.shop import add_stock

    add_stock(shop.seller_id, add, "z")
    change_cart(seller_id=shop.seller_id, order_id=order_id, buyer_id=shop.buyer_id, quantity=2)
    shop.place(order_id)
    facts = shop.facts(order_id)
    assert (facts.subtotal_minor, facts.discount_minor, facts.total_minor) == (1666, 167, 1499)
    assert [line.discount_minor for line in facts.lines] == [67, 100]  # 66.76 and 100.24
    assert coupons(shop.seller_id)[0].uses == 1
    paid = shop.pay(order_id)
    assert paid.fee_minor == 75  # 5 % of 1499, after the coupon
    with pytest.raises(CouponRefused):
        shop.cart(product, buyer_id="2", coupon="TEN")


def test_a_coupon_that_was_used_up_meanwhile_is_told_before_paying(shop):
    product = shop.product("a", "b")
    create_coupon(seller_id=shop.seller_id, code="ONCE", kind="fixed", value=90, actor=MEMBER, max_uses=1)
    slow, fast = shop.cart(product, coupon="once"), shop.cart(product, buyer_id="2", coupon="once")
    shop.place(fast, buyer_id="2")
    with pytest.raises(CouponRefused):
        shop.place(slow)
    assert (shop.charges(), shop.facts(slow).coupon_code, shop.facts(slow).total_minor) == (1, "", 990)
    shop.place(slow)
    assert shop.facts(slow).word == Word.AWAITING_PAYMENT


def test_a_coupon_is_typed_taken_out_and_dropped_when_it_no_longer_fits(shop):
    product = shop.product("a", "b")
    create_coupon(seller_id=shop.seller_id, code="BIG", kind="fixed", value=100, minimum_minor=1500, actor=MEMBER)
    order_id = shop.cart(product, quantity=2, coupon="big")

    def change(**changes):
        change_cart(seller_id=shop.seller_id, order_id=order_id, buyer_id=shop.buyer_id, **changes)
        facts = shop.facts(order_id)
        return facts.coupon_code, facts.total_minor

    assert change(coupon_code="") == ("", 1980)
    assert change(coupon_code="BIG") == ("BIG", 1880)
    assert change(quantity=1) == ("", 990)
    with pytest.raises(CouponRefused):
        change(coupon_code="BIG")
    assert shop.facts(order_id).total_minor == 990


def test_the_third_axis_is_written_by_delivery_alone_and_only_where_money_is(shop):
    order_id = shop.order(shop.product("a"))

    def say(fulfilment):
        record_fulfilment(seller_id=shop.seller_id, order_id=order_id, fulfilment=fulfilment)

    with pytest.raises(WrongMove):
        say("in_progress")
    shop.pay(order_id)
    for fulfilment, word in (
        ("waiting_stock", Word.WAITING_STOCK),
        ("in_progress", Word.FULFILLING),
        ("partial", Word.PARTIALLY_DELIVERED),
        ("done", Word.DELIVERED),
        ("done", Word.DELIVERED),
    ):
        say(fulfilment)
        assert shop.facts(order_id).word == word
    assert shop.facts(order_id).delivered_at is not None
    with pytest.raises(WrongMove):
        say("in_progress")
    assert shop.steps(order_id)[-4:] == ["waiting_stock", "fulfilling", "partially_delivered", "delivered"]


def test_orders_are_found_and_figures_count_what_was_paid(shop, other_seller, clock):
    product = shop.product("a", "b", "c")
    first, second = shop.order(product), shop.order(product, buyer_id="2")
    shop.cart(product, buyer_id="3")
    shop.pay(first)
    code = shop.facts(first).code
    assert [order.id for order in orders(shop.seller_id)] == [second, first]
    assert [order.id for order in orders(shop.seller_id, search=code.lower())] == [first]
    assert [order.id for order in orders(shop.seller_id, search="2")] != []
    (paid,) = payments_of(shop.seller_id, "order", first)
    charged = charge_facts(shop.seller_id, paid.charge_id).provider_id
    for number in (paid.provider_payment_id, paid.end_to_end_id, charged):
        assert [order.id for order in orders(shop.seller_id, search=number)] == [first], number
    assert orders(other_seller.id, search=paid.end_to_end_id) == []
    assert order_of_code(shop.seller_id, f" {code.lower()} ").id == first
    assert order_of_code(other_seller.id, code) is None
    assert orders(other_seller.id) == []
    assert [order.id for order in orders_of_buyer(shop.seller_id, "2")] == [second]
    figures = money_today(shop.seller_id)
    assert (figures.today_minor, figures.today_orders, figures.month_minor) == (990, 1, 990)
    cancel_order(seller_id=shop.seller_id, order_id=second, actor=MEMBER)
    clock.move(days=8)
    figures = money_today(shop.seller_id)
    assert (figures.today_orders, figures.week_orders, figures.month_orders) == (0, 0, 1)


def test_the_card_is_told_when_the_words_of_the_stock_change(shop, news):
    product = shop.product(*"abcdefg")
    first = shop.order(product)
    assert news.of(product.id) == []
    shop.order(product, buyer_id="2")
    assert product_facts(shop.seller_id, product.id).in_words == "last_units"
    assert news.of(product.id) == ["ProductChanged"]
    cancel_order(seller_id=shop.seller_id, order_id=first, actor=MEMBER)
    assert product_facts(shop.seller_id, product.id).in_words == "available"
    assert news.of(product.id) == ["ProductChanged", "ProductChanged"]
