from astra.core.journey.sales.models.order import Order
from astra.core.journey.sales.models.order_click import OrderClick
from astra.core.journey.sales.models.order_event import OrderEvent
from astra.core.journey.sales.models.order_line import OrderLine

__all__ = ["Order", "OrderClick", "OrderEvent", "OrderLine"]
