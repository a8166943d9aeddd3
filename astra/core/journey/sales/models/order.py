"""What a buyer agreed to buy."""

from django.db import models
from django.db.models import F, Q

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models import Coupon, Product
from astra.core.journey.sales.models.order_state import SETTLED, Commercial, Fulfilment, PaymentAxis


class Order(TenantModel):
    """One order, from cart to end. Its three axes are written by moves; amounts are frozen when it is placed.

    ``buyer_id`` is a Discord id; ``instance_id`` the shop it was opened in. ``payment_id`` is the payment that settled the
    order, or that came too late and goes back.
    """

    code = models.CharField(max_length=16)
    buyer_id = models.CharField(max_length=32)
    buyer_name = models.CharField(max_length=100)
    instance_id = models.UUIDField()
    guild_id = models.CharField(max_length=32, blank=True)
    channel_id = models.CharField(max_length=32, blank=True)
    product = TenantKey(Product)

    commercial = models.CharField(max_length=20, choices=Commercial.choices, default=Commercial.DRAFT)
    payment = models.CharField(max_length=20, choices=PaymentAxis.choices, default=PaymentAxis.NONE)
    fulfilment = models.CharField(max_length=16, choices=Fulfilment.choices, default=Fulfilment.NONE)
    version = models.PositiveIntegerField(default=0)

    currency = models.CharField(max_length=3)
    subtotal_minor = models.PositiveBigIntegerField(default=0)
    discount_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField(default=0)
    coupon = TenantKey(Coupon, null=True)
    coupon_code = models.CharField(max_length=32, blank=True)
    fee_basis_points = models.PositiveIntegerField(default=0)
    fee_minor = models.PositiveBigIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    accepts_waiting = models.BooleanField(default=False)

    charge_id = models.UUIDField(null=True)
    payment_id = models.UUIDField(null=True)
    touched_at = models.DateTimeField(db_default=AstraNow())
    expires_at = models.DateTimeField(null=True)
    placed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sales_order"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "code"], name="sales_order_code"),
            models.UniqueConstraint(
                fields=["seller_id", "instance_id", "buyer_id", "product"],
                condition=Q(commercial="draft"),
                name="sales_order_one_draft",
            ),
            models.UniqueConstraint(fields=["seller_id", "charge_id"], name="sales_order_charge"),
            models.CheckConstraint(condition=Q(commercial__in=Commercial.values), name="sales_order_commercial"),
            models.CheckConstraint(condition=Q(payment__in=PaymentAxis.values), name="sales_order_payment"),
            models.CheckConstraint(condition=Q(fulfilment__in=Fulfilment.values), name="sales_order_fulfilment"),
            models.CheckConstraint(
                condition=Q(discount_minor__lte=F("subtotal_minor"), total_minor=F("subtotal_minor") - F("discount_minor")),
                name="sales_order_total",
            ),
            models.CheckConstraint(condition=Q(fee_minor__lte=F("total_minor")), name="sales_order_fee"),
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("total_minor")), name="sales_order_refunded"),
            models.CheckConstraint(
                condition=~Q(commercial="awaiting_payment")
                | Q(charge_id__isnull=False, placed_at__isnull=False, expires_at__isnull=False, total_minor__gte=1),
                name="sales_order_placed",
            ),
            models.CheckConstraint(
                condition=~Q(commercial="paid") | Q(payment_id__isnull=False, paid_at__isnull=False),
                name="sales_order_paid",
            ),
            models.CheckConstraint(condition=Q(fulfilment="none") | Q(commercial__in=SETTLED), name="sales_order_goods_need_money"),
        ]
        indexes = [
            models.Index(fields=["seller_id", "placed_at"], name="sales_order_placed_at"),
            models.Index(fields=["seller_id", "paid_at"], name="sales_order_paid_at"),
            models.Index(fields=["seller_id", "buyer_id"], name="sales_order_buyer"),
            models.Index(fields=["expires_at"], condition=Q(commercial="awaiting_payment"), name="sales_order_open"),
            models.Index(fields=["touched_at"], condition=Q(commercial="draft"), name="sales_order_draft"),
            models.Index(fields=["seller_id", "payment_id"], condition=Q(commercial="refunding"), name="sales_order_refunding"),
            models.Index(fields=["closed_at"], condition=Q(commercial="refunded"), name="sales_order_refunded"),
            models.Index(
                fields=["paid_at"],
                condition=Q(commercial__in=["paid", "partially_refunded"]) & ~Q(fulfilment="done"),
                name="sales_order_undelivered",
            ),
        ]
