"""No code to pay came of an order."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.close_unpaid import close_unpaid
from astra.core.journey.sales.actions.move_order import lock_order
from astra.core.journey.sales.models.order_state import Commercial, Move, PaymentAxis


def record_charge_failure(*, seller_id: uuid.UUID, order_id: uuid.UUID, charge_id: uuid.UUID) -> None:
    """Cancels an order whose charge could not be made and frees what it held at once; nobody can have paid it.

    The buyer is told by the screen of the failed charge, so no other event follows.
    """
    with acting_for(seller_id):
        try:
            order = lock_order(order_id)
        except NotFound:
            return
        if order.commercial == Commercial.AWAITING_PAYMENT and order.charge_id == charge_id:
            close_unpaid(
                order,
                Move.CANCEL,
                actor=Actor.system("sales"),
                kind="charge_failed",
                payment=PaymentAxis.REJECTED,
            )
