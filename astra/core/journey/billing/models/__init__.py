from astra.core.journey.billing.models.invoice import Invoice, Reminder
from astra.core.journey.billing.models.payer import Payer
from astra.core.journey.billing.models.plan import InvoiceCounter, Plan
from astra.core.journey.billing.models.policy import BillingPolicy
from astra.core.journey.billing.models.subscription import Subscription, SubscriptionEvent

__all__ = ["BillingPolicy", "Invoice", "InvoiceCounter", "Payer", "Plan", "Reminder", "Subscription", "SubscriptionEvent"]
