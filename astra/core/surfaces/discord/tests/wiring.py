"""News and jobs of the whole sale, as the project wires them, for the parts that a test walks."""

from astra.core.foundation import events
from astra.core.journey.catalog import events as catalog
from astra.core.journey.delivery import events as delivery
from astra.core.journey.publication import events as publication
from astra.core.journey.sales import events as sales
from astra.core.payments import events as payments


def wire() -> None:
    """Connects what the sale needs; a test puts the project's own table back afterwards."""
    events.connect(
        {
            payments.ChargeIntended: ["payments.send_charge"],
            payments.ChargeReady: ["discord.show_charge"],
            payments.ChargeFailed: ["sales.record_charge_failure", "discord.show_charge_failed"],
            payments.RefundRequested: ["payments.send_refund"],
            payments.PaymentParked: ["sales.record_parked"],
            sales.OrderPaid: ["delivery.open_deliveries", "discord.show_paid"],
            sales.OrderExpired: ["discord.show_closed"],
            sales.OrderCancelled: ["discord.show_closed"],
            sales.OrderRefunding: ["discord.show_closed"],
            sales.OrderRefunded: ["discord.show_closed"],
            catalog.WaitingServed: ["delivery.serve_waiting"],
            catalog.ProductChanged: ["publication.refresh_product"],
            publication.PublicationWanted: ["discord.publish_card"],
            publication.PublicationUnwanted: ["discord.withdraw_card"],
            delivery.DeliveryReady: ["discord.deliver"],
            delivery.DeliveryWaiting: ["discord.show_waiting"],
        }
    )
