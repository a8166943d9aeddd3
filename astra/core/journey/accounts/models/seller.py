"""The seller: the tenant itself."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Seller(TenantModel):
    """One seller. Its own row belongs to itself: ``seller_id == id``."""

    name = models.CharField(max_length=80)
    locale = models.CharField(max_length=8, default="pt-BR")
    currency = models.CharField(max_length=3, default="BRL")
    suspended_at = models.DateTimeField(null=True)
    suspended_reason = models.CharField(max_length=200, blank=True)
    # Since when the seller is on the way out: nothing new is sold. Empty again when it was undone.
    leaving_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_seller"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=models.F("seller_id")), name="accounts_seller_is_its_own"),
        ]
