"""How a seller pays for the plan."""

import uuid

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Payer(TenantModel):
    """One per seller, made with the first card. ``card_id`` is the card that the provider keeps (a row of payments); ``renews_by`` is
    pix or card, and a card may be kept while the renewals go by PIX.
    """

    PIX, CARD = "pix", "card"

    renews_by = models.CharField(max_length=8, default=PIX)
    card_id: "models.UUIDField[uuid.UUID | None, uuid.UUID | None]" = models.UUIDField(null=True)

    class Meta:
        db_table = "billing_payer"
        constraints = [
            models.UniqueConstraint(fields=["seller_id"], name="billing_payer_one"),
            models.CheckConstraint(
                condition=models.Q(renews_by="pix") | models.Q(renews_by="card", card_id__isnull=False), name="billing_payer_card"
            ),
        ]
