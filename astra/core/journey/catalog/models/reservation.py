"""What an order line holds of the stock, or waits for."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models.product import NoStock
from astra.core.journey.catalog.models.variation import Variation


class ReservationState(models.TextChoices):
    """``held`` and ``waiting_unpaid`` end at ``until``; ``queued`` is paid and short; ``allocated`` is paid and complete."""

    HELD = "held"
    WAITING_UNPAID = "waiting_unpaid"
    QUEUED = "queued"
    ALLOCATED = "allocated"
    RELEASED = "released"


class Reservation(TenantModel):
    """The claim of one order line on one variation. Waiting for stock is a reservation that is not filled yet.

    ``filled`` counts the items bound to it now. ``queue_place`` is drawn from a sequence when the payment is approved: who
    paid first is served first. ``no_stock`` is the product's word when the buyer agreed; a later change does not touch it.
    """

    order_id = models.UUIDField(editable=False)
    line_id = models.UUIDField(editable=False)
    variation = TenantKey(Variation)
    quantity = models.PositiveSmallIntegerField()
    filled = models.PositiveSmallIntegerField(default=0)
    no_stock = models.CharField(max_length=8, choices=NoStock.choices)
    state = models.CharField(max_length=16, choices=ReservationState.choices)
    queue_place = models.BigIntegerField(null=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "catalog_reservation"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "line_id"], name="catalog_reservation_line"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, filled__gte=0) & models.Q(filled__lte=models.F("quantity")),
                name="catalog_reservation_filled",
            ),
            models.CheckConstraint(
                condition=(models.Q(state__in=["held", "allocated"]) & models.Q(filled=models.F("quantity")))
                | (models.Q(state__in=["waiting_unpaid", "queued"]) & models.Q(filled__lt=models.F("quantity")))
                | models.Q(state="released", filled=0),
                name="catalog_reservation_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["queued", "allocated"]) | models.Q(queue_place__isnull=False),
                name="catalog_reservation_place",
            ),
        ]
        indexes = [
            models.Index(fields=["seller_id", "order_id"], name="catalog_reservation_order"),
            models.Index(
                fields=["seller_id", "variation", "queue_place"],
                condition=models.Q(state="queued"),
                name="catalog_reservation_queue",
            ),
        ]
