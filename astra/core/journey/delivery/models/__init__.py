from astra.core.journey.delivery.models.delivered_item import DeliveredItem
from astra.core.journey.delivery.models.delivery import Delivery
from astra.core.journey.delivery.models.notice import Notice
from astra.core.journey.delivery.models.reveal import Reveal

__all__ = ["DeliveredItem", "Delivery", "Notice", "Reveal"]
