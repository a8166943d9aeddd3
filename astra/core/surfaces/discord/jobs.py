"""Jobs of the shop inside Discord. Thin: each names its send, and may run any number of times."""

import uuid

from astra.core.foundation.jobs import job
from astra.core.surfaces.discord.sends.cancel_order import cancel_buyers_order
from astra.core.surfaces.discord.sends.deliver import deliver
from astra.core.surfaces.discord.sends.notify import notify
from astra.core.surfaces.discord.sends.publish_card import publish_card
from astra.core.surfaces.discord.sends.reveal import reveal
from astra.core.surfaces.discord.sends.show_order import show_order
from astra.core.surfaces.discord.sends.tell_returned import tell_returned
from astra.core.surfaces.discord.sends.withdraw_card import withdraw_card

ORDER = "order"


@job("discord.show_order")
def show_order_job(seller_id: str, order_id: str, **_: str) -> None:
    """Draws an order's message as it stands."""
    show_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.show_charge")
def show_charge_job(seller_id: str, purpose_kind: str, purpose_id: str, **_: str) -> None:
    """The PIX is ready. Charges of other purposes are not shown here."""
    if purpose_kind == ORDER:
        show_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(purpose_id))


@job("discord.show_in_review")
def show_in_review_job(seller_id: str, order_id: str, **_: str) -> None:
    """Money came that does not fit its order: told in the message, or by direct message when that one is dead."""
    notify(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.tell_returned")
def tell_returned_job(seller_id: str, payment_id: str, **_: str) -> None:
    """Money that never settled an order went back."""
    tell_returned(seller_id=uuid.UUID(seller_id), payment_id=uuid.UUID(payment_id))


@job("discord.show_charge_failed")
def show_charge_failed_job(seller_id: str, purpose_kind: str, purpose_id: str, **_: str) -> None:
    """The PIX could not be made."""
    if purpose_kind == ORDER:
        show_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(purpose_id))


@job("discord.show_paid")
def show_paid_job(seller_id: str, order_id: str, **_: str) -> None:
    """The payment was seen."""
    show_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.show_waiting")
def show_waiting_job(seller_id: str, order_id: str, **_: str) -> None:
    """The order waits for stock: delivery's own notice says so, in the message and by direct message."""
    deliver(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.show_closed")
def show_closed_job(seller_id: str, order_id: str, **_: str) -> None:
    """The order expired, was cancelled, or its money goes back; the last is told by direct message too, once."""
    notify(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.deliver", retries=8)
def deliver_job(seller_id: str, order_id: str, **_: str) -> None:
    """Hands the order over: its message and a direct message."""
    deliver(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("discord.reveal")
def reveal_job(seller_id: str, reveal_id: str, **_: str) -> None:
    """Writes goods into the reply that waits for them."""
    reveal(seller_id=uuid.UUID(seller_id), reveal_id=uuid.UUID(reveal_id))


@job("discord.cancel_order")
def cancel_order_job(seller_id: str, order_id: str, buyer_id: str, **_: str) -> None:
    """Cancels an order at its buyer's wish."""
    cancel_buyers_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id), buyer_id=buyer_id)


@job("discord.publish_card")
def publish_card_job(seller_id: str, publication_id: str, **_: str) -> None:
    """Brings a product's card into its channel, or up to date."""
    publish_card(seller_id=uuid.UUID(seller_id), publication_id=uuid.UUID(publication_id))


@job("discord.withdraw_card")
def withdraw_card_job(seller_id: str, publication_id: str, **_: str) -> None:
    """Takes a product's card out of its channel."""
    withdraw_card(seller_id=uuid.UUID(seller_id), publication_id=uuid.UUID(publication_id))
