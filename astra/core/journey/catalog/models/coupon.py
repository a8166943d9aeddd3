"""A discount by a word that the buyer types."""

from django.db import models
from django.db.models import F, Q

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class CouponKind(models.TextChoices):
    """``percent``: whole percent of the goods; ``fixed``: an amount in minor units of the seller's currency."""

    PERCENT = "percent"
    FIXED = "fixed"


class Coupon(TenantModel):
    """One coupon. ``uses`` counts orders that hold it now: placed and not expired or cancelled before payment."""

    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=CouponKind.choices)
    value = models.PositiveIntegerField()
    minimum_minor = models.PositiveIntegerField(default=0)
    max_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "catalog_coupon"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "code"], name="catalog_coupon_code"),
            models.CheckConstraint(condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")), name="catalog_coupon_limit"),
            models.CheckConstraint(
                condition=Q(kind="fixed", value__gte=1) | Q(kind="percent", value__gte=1, value__lte=99),
                name="catalog_coupon_value",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="catalog_coupon_period",
            ),
        ]


class CouponUse(TenantModel):
    """That an order took a coupon, and whether it gave it back."""

    coupon = TenantKey(Coupon)
    order_id = models.UUIDField()
    discount_minor = models.PositiveIntegerField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "catalog_coupon_use"
        constraints = [models.UniqueConstraint(fields=["seller_id", "order_id"], name="catalog_coupon_use_order")]
