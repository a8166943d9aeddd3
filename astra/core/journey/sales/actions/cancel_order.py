"""A buyer or the seller calls an unpaid order off."""

import uuid
from typing import Literal

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.close_unpaid import close_unpaid
from astra.core.journey.sales.actions.move_order import lock_order
from astra.core.journey.sales.events import OrderCancelled
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial, Move, PaymentAxis
from astra.core.payments.actions.cancel_charge import cancel_charge


class CannotCancel(Failure):
    """The order is paid, or over."""

    text = _("This order cannot be cancelled any more: it is paid, or it has ended. Nothing was changed.")
    label = "cannot_cancel"


class CancelLater(Failure):
    """The provider did not confirm that the charge is dead, so the order lives on."""

    text = _("The payment provider did not answer, so the order is as it was. Do not pay it, and try again in a minute.")
    label = "cancel_later"
    permanent = False


def cancel_order(*, seller_id: uuid.UUID, order_id: uuid.UUID, actor: Actor) -> Literal["cancelled", "paid"]:
    """Cancels a cart or an unpaid order: its charge at the provider first, outside any transaction, then the order.

    ``"paid"``: the buyer paid meanwhile; the order is paid. Cancelling twice is fine. Raises NotFound, CannotCancel, and
    CancelLater when the provider does not confirm.
    """
    with acting_for(seller_id):
        order = Order.objects.filter(id=order_id).first()
        if order is None:
            raise NotFound
        if order.commercial == Commercial.CANCELLED:
            return "cancelled"
        if order.commercial not in (Commercial.DRAFT, Commercial.AWAITING_PAYMENT):
            raise CannotCancel
        charge_id = order.charge_id
    if charge_id is not None:
        try:
            if cancel_charge(seller_id=seller_id, charge_id=charge_id) == "paid":
                return "paid"
        except Failure as failure:
            raise CancelLater from failure
    with acting_for(seller_id):
        order = lock_order(order_id)
        if order.commercial == Commercial.CANCELLED:
            return "cancelled"
        if order.commercial == Commercial.PAID:
            return "paid"
        if order.commercial not in (Commercial.DRAFT, Commercial.AWAITING_PAYMENT):
            raise CannotCancel
        if order.charge_id != charge_id:
            raise CancelLater  # it was placed while we looked: its charge has not been cancelled
        close_unpaid(
            order,
            Move.CANCEL,
            actor=actor,
            kind="cancelled",
            payment=PaymentAxis.CANCELLED if charge_id else PaymentAxis.NONE,
        )
        if charge_id is not None:
            emit(OrderCancelled(seller_id, order_id))
    return "cancelled"
