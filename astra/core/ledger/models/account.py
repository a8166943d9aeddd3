"""An account: one pocket of one seller in one currency."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Account(TenantModel):
    """One pocket of money. Side, minimum and balance are written by the database alone."""

    kind = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    normal_side = models.CharField(max_length=1, db_default="D")
    min_balance = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "kind", "currency"], name="ledger_account_one_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(min_balance=None) | models.Q(balance__gte=models.F("min_balance")),
                name="ledger_account_not_overdrawn",
            ),
        ]
