"""What can be subscribed to. Global: the same plans for every seller."""

from django.db import models

from astra.core.foundation.ids import new_id


class Plan(models.Model):
    """One plan with its limits. A plan that is in use is never edited into something else; a new code is added."""

    TRIAL = "trial"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    days = models.PositiveIntegerField()
    fee_basis_points = models.PositiveIntegerField()
    max_instances = models.PositiveIntegerField()
    max_products = models.PositiveIntegerField()
    engines = models.JSONField(default=list)

    class Meta:
        db_table = "billing_plan"
