"""How far the provider's statement was read."""

from django.db import models


class StatementCursor(models.Model):
    """The last statement line that was understood, one per provider. Global: the account is the operator's."""

    provider = models.CharField(max_length=16, primary_key=True)
    line_id = models.CharField(max_length=64, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_statement_cursor"
