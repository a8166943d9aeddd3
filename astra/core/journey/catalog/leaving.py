"""The catalogue when a seller leaves: everything goes along, the stock in clear when it was asked for; then it is shut."""

import itertools
import uuid
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.leaving import AT_ONCE, Part, Row, plain, rows_of
from astra.core.foundation.sealing.seal import unseal_many
from astra.core.journey.catalog.models import Coupon, CouponUse, Product, Reservation, StockItem, StockMovement, Variation

TABLE, COLUMN = "catalog_stock_item", "sealed"


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Products, variations, coupons, reservations, stock and its movements."""
    yield Part("products", _("Your products."), rows_of(Product))
    yield Part("products_variations", _("Their variations and prices."), rows_of(Variation))
    yield Part("coupons", _("Your coupons."), rows_of(Coupon))
    yield Part("coupons_uses", _("Which order used which coupon."), rows_of(CouponUse))
    yield Part("stock_reservations", _("What orders hold or wait for."), rows_of(Reservation))
    about = _("Every item of your stock, with its text.") if with_secrets else _("Every item of your stock, without its text.")
    yield Part("stock_items", about, _opened(seller_id) if with_secrets else rows_of(StockItem, hide=["sealed", "fingerprint"]))
    yield Part("stock_movements", _("What happened to every item."), rows_of(StockMovement))


def _opened(seller_id: uuid.UUID) -> Iterator[Row]:
    names = ("id", "created_at", "product_id", "variation_id", "state", "place", "order_id", "line_id", "sealed")
    rows = StockItem.objects.filter(seller_id=seller_id).order_by("pk").values(*names).iterator(chunk_size=AT_ONCE)
    while some := list(itertools.islice(rows, AT_ONCE)):
        cells = [(row["id"], bytes(row["sealed"])) for row in some]
        for row, secret in zip(some, unseal_many(cells, seller_id=seller_id, table=TABLE, column=COLUMN), strict=True):
            yield {name: plain(row[name]) for name in names if name != COLUMN} | {"text": secret.reveal()}


def erase(seller_id: uuid.UUID) -> None:
    """Shuts the catalogue. The items' texts go with the seller's key; names stay in the orders that the law wants kept."""
    Product.objects.update(description="", archived_at=AstraNow())
    Variation.objects.filter(archived_at=None).update(archived_at=AstraNow())
    Coupon.objects.update(active=False)
