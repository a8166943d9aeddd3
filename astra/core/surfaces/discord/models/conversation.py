"""The ephemeral message in which one buyer follows one order, for as long as Discord lets us change it."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantModel


class Conversation(TenantModel):
    """One order's message. Its token is sealed here, renewed by each press, and shredded when it has died."""

    order_id = models.UUIDField()
    instance_id = models.UUIDField()
    application_id = models.CharField(max_length=24)
    buyer_id = models.CharField(max_length=24)
    locale = models.CharField(max_length=8, default="pt-BR")
    interaction_id = models.CharField(max_length=24)
    token = models.BinaryField(null=True)
    until = models.DateTimeField()
    # The name of the screen that the message shows now; what a sweep compares with the order's own word.
    shown = models.CharField(max_length=40, blank=True)
    shown_at = models.DateTimeField(null=True)
    # Grows with every drawing: who comes back with an older number may have drawn over something newer.
    drawing = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(db_default=AstraNow())
    # The charge whose code went out as a message of its own, so that it goes out once.
    code_of = models.UUIDField(null=True)
    # That message, taken away once nobody needs the code: it would invite a second payment.
    code_message_id = models.CharField(max_length=24, blank=True, default="")
    renewed_at = models.DateTimeField(db_default=AstraNow())

    class Meta:
        db_table = "discord_conversation"
        constraints = [models.UniqueConstraint(fields=["seller_id", "order_id"], name="discord_conversation_order")]
        indexes = [models.Index(fields=["until"], condition=models.Q(token__isnull=False), name="discord_conversation_live")]
