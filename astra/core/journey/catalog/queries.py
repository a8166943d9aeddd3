"""What others may know of the catalog."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, Sum

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Coupon, Product, Reservation, StockItem, Variation
from astra.core.journey.catalog.models.reservation import ReservationState
from astra.core.journey.catalog.models.stock_item import StockState

LAST_UNITS = 5


@dataclass(frozen=True, slots=True)
class VariationFacts:
    """A variation as cards and pages show it. ``waiting`` counts items that paid orders wait for."""

    id: uuid.UUID
    product_id: uuid.UUID
    name: str
    price_minor: int
    available: int
    waiting: int
    in_words: str
    reserved: int = 0
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product with the variations that are on offer, in the seller's order."""

    id: uuid.UUID
    name: str
    description: str
    no_stock: str
    currency: str
    variations: tuple[VariationFacts, ...]
    archived_at: datetime.datetime | None
    created_at: datetime.datetime

    @property
    def from_price_minor(self) -> int:
        """The lowest price, for "from …"."""
        return min((variation.price_minor for variation in self.variations), default=0)

    @property
    def available(self) -> int:
        """How many items can be bought now, over all variations."""
        return sum(variation.available for variation in self.variations)

    @property
    def in_words(self) -> str:
        """How the stock of the whole product is called."""
        return in_words(self.available)


@dataclass(frozen=True, slots=True)
class CouponFacts:
    """A coupon as its list shows it. ``value`` is a whole percent or an amount in minor units."""

    id: uuid.UUID
    code: str
    kind: str
    value: int
    minimum_minor: int
    max_uses: int | None
    uses: int
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class Allocated:
    """What an order line has for good, and how many items it still waits for."""

    line_id: uuid.UUID
    item_ids: tuple[uuid.UUID, ...]
    missing: int


def in_words(available: int) -> str:
    """How an amount of stock is called on screens: ``available``, ``last_units`` (5 or fewer) or ``sold_out``."""
    if available <= 0:
        return "sold_out"
    return "last_units" if available <= LAST_UNITS else "available"


def few_available(variation_id: uuid.UUID) -> int:
    """How many items are free, counted no further than screens tell apart. Runs inside a block."""
    enough = 2 * LAST_UNITS + 20
    return StockItem.objects.filter(variation_id=variation_id, state=StockState.AVAILABLE).order_by("place")[:enough].count()


def products(seller_id: uuid.UUID, *, archived: bool = False) -> list[ProductFacts]:
    """The products of a seller, newest first; the archived ones when asked."""
    with acting_for(seller_id):
        rows = list(Product.objects.filter(archived_at__isnull=not archived).order_by("-created_at", "-id"))
        return _product_facts(rows)


def product_facts(seller_id: uuid.UUID, product_id: uuid.UUID) -> ProductFacts:
    """One product, archived or not. Raises NotFound."""
    with acting_for(seller_id):
        row = Product.objects.filter(id=product_id).first()
        if row is None:
            raise NotFound
        return _product_facts([row])[0]


def variation_facts(seller_id: uuid.UUID, variation_id: uuid.UUID) -> VariationFacts:
    """One variation on offer. Raises NotFound, also for an archived one."""
    with acting_for(seller_id):
        row = Variation.objects.filter(id=variation_id, archived_at=None).first()
        if row is None:
            raise NotFound
        return _variation_facts([row])[0]


def coupons(seller_id: uuid.UUID) -> list[CouponFacts]:
    """The coupons of a seller, newest first."""
    with acting_for(seller_id):
        return [coupon_facts(row) for row in Coupon.objects.order_by("-created_at", "-id")]


def coupon_facts(row: Coupon) -> CouponFacts:
    """A coupon's row as others may see it."""
    return CouponFacts(
        row.id,
        row.code,
        row.kind,
        row.value,
        row.minimum_minor,
        row.max_uses,
        row.uses,
        row.starts_at,
        row.ends_at,
        row.active,
    )


def waiting_position(seller_id: uuid.UUID, order_id: uuid.UUID) -> int | None:
    """The place of a paid order in its queue, 1 for the next to be served; None when it waits for nothing.

    An order with several waiting lines has the place of its last one.
    """
    with acting_for(seller_id):
        queued = Reservation.objects.filter(state=ReservationState.QUEUED)
        places = queued.filter(order_id=order_id).values("variation_id").annotate(last=Max("queue_place"))
        found = [
            queued.filter(variation_id=row["variation_id"], queue_place__lte=row["last"]).values("order_id").distinct().count()
            for row in places
        ]
    return max(found, default=None)


def allocations(seller_id: uuid.UUID, order_id: uuid.UUID) -> list[Allocated]:
    """What each line of a paid order has now, oldest item first; nothing for an order that is not paid."""
    with acting_for(seller_id):
        paid = Reservation.objects.filter(order_id=order_id, state__in=[ReservationState.QUEUED, ReservationState.ALLOCATED])
        reservations = list(paid.order_by("line_id"))
        rows = StockItem.objects.filter(
            reservation_id__in=[reservation.id for reservation in reservations],
            state__in=[StockState.ALLOCATED, StockState.DELIVERED],
        )
        items: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for line_id, item_id in rows.order_by("place").values_list("line_id", "id"):
            if line_id is not None:
                items[line_id].append(item_id)
    return [Allocated(row.line_id, tuple(items[row.line_id]), row.quantity - row.filled) for row in reservations]


def open_items(seller_id: uuid.UUID, item_ids: Sequence[uuid.UUID]) -> list[Secret]:
    """The secrets of items that a paid order owns, in the order asked; each opening is an audit row.

    Only delivery calls it. Raises NotFound unless all of them are allocated or delivered items of the seller.
    """
    with acting_for(seller_id):
        rows = {row.id: row for row in StockItem.objects.filter(id__in=item_ids, state__in=[StockState.ALLOCATED, StockState.DELIVERED])}
        if len(rows) < len(set(item_ids)):
            raise NotFound
        for row in rows.values():
            record(
                seller_id=seller_id,
                actor=Actor.system("delivery"),
                verb="open_item",
                object_kind="stock_item",
                object_id=row.id,
                facts={"order_id": str(row.order_id)},
            )
        return [
            unseal(bytes(rows[item_id].sealed), seller_id=seller_id, table="catalog_stock_item", row_id=item_id, column="sealed")
            for item_id in item_ids
        ]


def _product_facts(rows: Sequence[Product]) -> list[ProductFacts]:
    variations = Variation.objects.filter(product_id__in=[row.id for row in rows], archived_at=None).order_by("product_id", "place", "id")
    of_product: dict[uuid.UUID, list[VariationFacts]] = defaultdict(list)
    for facts in _variation_facts(variations):
        of_product[facts.product_id].append(facts)
    return [
        ProductFacts(
            row.id,
            row.name,
            row.description,
            row.no_stock,
            row.currency,
            tuple(of_product[row.id]),
            row.archived_at,
            row.created_at,
        )
        for row in rows
    ]


def _variation_facts(rows: Iterable[Variation]) -> list[VariationFacts]:
    rows = list(rows)
    ids = [row.id for row in rows]
    counts = {
        row["variation_id"]: row
        for row in StockItem.objects.filter(variation_id__in=ids)
        .values("variation_id")
        .annotate(
            available=Count("id", filter=Q(state=StockState.AVAILABLE)),
            reserved=Count("id", filter=Q(state=StockState.RESERVED)),
            delivered=Count("id", filter=Q(state__in=[StockState.ALLOCATED, StockState.DELIVERED])),
        )
    }
    queued = Reservation.objects.filter(variation_id__in=ids, state=ReservationState.QUEUED)
    waiting = {
        row["variation_id"]: row["wanted"] - row["got"]
        for row in queued.values("variation_id").annotate(wanted=Sum("quantity"), got=Sum("filled"))
    }
    nothing = {"available": 0, "reserved": 0, "delivered": 0}
    return [
        VariationFacts(
            row.id,
            row.product_id,
            row.name,
            row.price_minor,
            (count := counts.get(row.id, nothing))["available"],
            waiting.get(row.id, 0),
            in_words(count["available"]),
            count["reserved"],
            count["delivered"],
        )
        for row in rows
    ]
