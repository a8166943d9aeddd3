from astra.core.journey.billing.models.plan import Plan
from astra.core.journey.billing.models.subscription import Subscription

__all__ = ["Plan", "Subscription"]
