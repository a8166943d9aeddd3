from astra.core.journey.catalog.models.coupon import Coupon, CouponUse
from astra.core.journey.catalog.models.product import Product
from astra.core.journey.catalog.models.reservation import Reservation
from astra.core.journey.catalog.models.stock_item import StockItem
from astra.core.journey.catalog.models.stock_movement import StockMovement
from astra.core.journey.catalog.models.variation import Variation

__all__ = ["Coupon", "CouponUse", "Product", "Reservation", "StockItem", "StockMovement", "Variation"]
