"""One thing that can be sold once."""

from django.db import models
from django.db.models import Q

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models.product import Product
from astra.core.journey.catalog.models.reservation import Reservation
from astra.core.journey.catalog.models.variation import Variation


class StockState(models.TextChoices):
    """Where an item is in its life. No state leads out of the table: items are never deleted."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ALLOCATED = "allocated"
    DELIVERED = "delivered"
    REPLACED = "replaced"
    REVOKED = "revoked"
    INVALID = "invalid"
    QUARANTINED = "quarantined"


# What may follow what. The database's trigger refuses everything else; a test holds the two together, pair by pair.
TRANSITIONS: frozenset[tuple[StockState, StockState]] = frozenset(
    {
        (StockState.AVAILABLE, StockState.RESERVED),
        (StockState.AVAILABLE, StockState.ALLOCATED),  # a restock, or a payment after the reservation ended
        (StockState.AVAILABLE, StockState.QUARANTINED),
        (StockState.AVAILABLE, StockState.INVALID),
        (StockState.RESERVED, StockState.AVAILABLE),
        (StockState.RESERVED, StockState.ALLOCATED),
        (StockState.ALLOCATED, StockState.DELIVERED),
        (StockState.ALLOCATED, StockState.INVALID),
        (StockState.DELIVERED, StockState.REPLACED),
        (StockState.DELIVERED, StockState.REVOKED),
        (StockState.DELIVERED, StockState.INVALID),
        (StockState.QUARANTINED, StockState.AVAILABLE),
        (StockState.QUARANTINED, StockState.INVALID),
    }
)

FREE = ["available", "quarantined"]
BOUND = ["reserved", "allocated", "delivered", "replaced", "revoked"]


class StockItem(TenantModel):
    """One item: its secret sealed, its fingerprint unique in the product for ever, its ``place`` from a sequence.

    ``order_id`` and ``line_id`` name the order that holds or got it (no foreign key: orders come later in the journey).
    """

    product = TenantKey(Product)
    variation = TenantKey(Variation)
    sealed = models.BinaryField()
    fingerprint = models.BinaryField()
    state = models.CharField(max_length=12, choices=StockState.choices, default=StockState.AVAILABLE)
    place = models.BigIntegerField(editable=False)
    reservation = TenantKey(Reservation, null=True)
    order_id = models.UUIDField(null=True, editable=False)
    line_id = models.UUIDField(null=True, editable=False)

    class Meta:
        db_table = "catalog_stock_item"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "product", "fingerprint"], name="catalog_stock_item_fingerprint"),
            models.CheckConstraint(condition=Q(state__in=StockState.values), name="catalog_stock_item_state"),
            models.CheckConstraint(
                condition=~Q(state__in=FREE) | Q(order_id=None, line_id=None, reservation=None),
                name="catalog_stock_item_free",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=BOUND) | Q(order_id__isnull=False, line_id__isnull=False, reservation__isnull=False),
                name="catalog_stock_item_bound",
            ),
        ]
        indexes = [
            models.Index(fields=["seller_id", "variation", "place"], condition=Q(state="available"), name="catalog_stock_item_on_sale"),
            models.Index(fields=["seller_id", "reservation"], condition=Q(reservation__isnull=False), name="catalog_stock_item_reserved"),
            models.Index(fields=["seller_id", "variation", "state"], name="catalog_stock_item_counts"),
        ]
