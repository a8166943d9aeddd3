"""Who works for a seller."""

from django.conf import settings
from django.db import models

from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.accounts import permissions


class Member(TenantModel):
    """A person's place in a seller's team."""

    OWNER = permissions.OWNER

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, default=OWNER)

    class Meta:
        db_table = "accounts_member"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "user"], name="accounts_member_once"),
            models.CheckConstraint(condition=models.Q(role__in=permissions.ROLES), name="accounts_member_role"),
        ]
