"""An entry: one side of a transfer."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.ledger.models.account import Account
from astra.core.ledger.models.transfer import Transfer


class Entry(TenantModel):
    """One amount on one account: positive is a debit, negative a credit, in minor units. It is never changed.

    ``place`` is taken while the account is locked: along one account it is the true order.
    """

    place = models.BigIntegerField(db_default=0)
    transfer = TenantKey(Transfer)
    account = TenantKey(Account)
    amount_minor = models.BigIntegerField()
    balance_after = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "transfer", "account"], name="ledger_entry_once_per_account"),
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="ledger_entry_moves_something"),
        ]
        indexes = [models.Index(fields=["seller_id", "account", "place"], name="ledger_entry_account")]
