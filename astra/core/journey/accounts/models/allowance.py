"""What a seller is allowed now. Written by billing, read by every stage."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Allowance(TenantModel):
    """The limits in force of one seller. Without a row nothing can be sold."""

    plan_name = models.CharField(max_length=60)
    sells_until = models.DateTimeField(null=True)
    max_instances = models.PositiveIntegerField()
    max_products = models.PositiveIntegerField()
    # The owner and as many more; open invitations count.
    max_members = models.PositiveIntegerField(default=1)
    fee_basis_points = models.PositiveIntegerField()
    engines = models.JSONField(default=list)

    class Meta:
        db_table = "accounts_allowance"
        constraints = [models.UniqueConstraint(fields=["seller_id"], name="accounts_allowance_one")]
