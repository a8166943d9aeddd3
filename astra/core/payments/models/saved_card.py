"""A card that the provider keeps for a seller."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class SavedCard(TenantModel):
    """What we know of it: the id that charges it (sealed, emptied once the provider has forgotten the card) and what its holder
    knows it by. ``payer_key`` is the marked payer, as in a payment.
    """

    provider = models.CharField(max_length=16)
    provider_card_sealed = models.BinaryField()
    last4 = models.CharField(max_length=4)
    expires_on = models.CharField(max_length=7, blank=True)
    payer_key = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    troubles = models.PositiveIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_saved_card"
        indexes = [
            models.Index(fields=["next_look_at"], condition=models.Q(next_look_at__isnull=False), name="payments_card_look"),
        ]
