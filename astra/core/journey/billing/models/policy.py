"""What the operator decided about shops that do not pay."""

from django.db import models

from astra.core.foundation.clock import AstraNow


class BillingPolicy(models.Model):
    """The rule from one moment on: after so many days of suspension a shop is archived. The newest row is in force; the database
    refuses changes of earlier ones.
    """

    archive_days = models.PositiveIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)

    class Meta:
        db_table = "billing_policy"
