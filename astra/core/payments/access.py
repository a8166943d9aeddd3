"""The only way from an id in a request to a thing of payments: what is not the seller's is not found."""

from astra.core.payments.queries import charge_facts as access_charge
from astra.core.payments.queries import payment_facts as access_payment
from astra.core.payments.queries import payout_facts as access_payout
from astra.core.payments.queries import refund_facts as access_refund

__all__ = ["access_charge", "access_payment", "access_payout", "access_refund"]
