"""An approved payment is applied: order, stock and book change in one transaction, which is the one of payments."""

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.money import fee
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.allocate import allocate
from astra.core.journey.catalog.actions.reserve import OutOfStock
from astra.core.journey.sales.actions.move_order import lock_order, move_order, note_step
from astra.core.journey.sales.events import OrderPaid, OrderRefunding
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial, Move, PaymentAxis
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments.actions.request_refund import request_refund
from astra.core.payments.purposes import APPLIED, PARKED, Settlement

LATE = (Commercial.EXPIRED, Commercial.CANCELLED)
PROVIDER = Actor("provider")


def apply_payment(settlement: Settlement) -> str:
    """Pays an order and answers ``"applied"``; or ``"parked"`` when the order cannot take the money.

    In time: items are bound, the sale is booked (fee of the allowance frozen at checkout, half up; the rest to the wallet,
    pending). Too late: the same if the stock is found or the product lets buyers wait; otherwise all of it is asked back by
    itself and the wallet never hears of it. A payment that was applied before is answered as before. An order that is paid
    already, and money that does not fit it, are parked; what to do with those is the business of payments.
    """
    with acting_for(settlement.seller_id):
        try:
            order = lock_order(settlement.purpose_id)
        except NotFound:
            return PARKED
        if order.payment_id == settlement.payment_id:
            return APPLIED if order.paid_at else PARKED
        fits = (order.charge_id, order.total_minor, order.currency) == (
            settlement.charge_id,
            settlement.amount_minor,
            settlement.currency,
        )
        if not fits or order.commercial not in (Commercial.AWAITING_PAYMENT, *LATE):
            note_step(order, kind="payment_parked", actor=PROVIDER, key=str(settlement.payment_id))
            return PARKED
        late = order.commercial in LATE
        try:
            bound = allocate(seller_id=order.seller_id, order_id=order.id)
        except OutOfStock:
            if not late:
                raise  # what a living order holds cannot be missing: better nothing than half
            _refuse_late(order, settlement)
            return PARKED
        _pay(order, settlement, late=late, missing=sum(line.missing for line in bound))
    return APPLIED


def _pay(order: Order, settlement: Settlement, *, late: bool, missing: int) -> None:
    fee_minor = fee(settlement.amount_minor, order.fee_basis_points)
    move_order(
        order,
        Move.APPROVE_LATE if late else Move.APPROVE,
        actor=PROVIDER,
        kind="paid_late" if late else "paid",
        facts={"amount_minor": settlement.amount_minor, "currency": settlement.currency, "missing": missing},
        key=str(settlement.payment_id),
        payment=PaymentAxis.APPROVED,
        payment_id=settlement.payment_id,
        fee_minor=fee_minor,
        paid_at=AstraNow(),
        closed_at=None,
    )
    post(
        seller_id=order.seller_id,
        kind=TransferKind.SALE,
        key=str(settlement.payment_id),
        entries=[
            # In custody the provider's fee is the operator's: it lessens the cash and touches nobody's wallet.
            Entry(AccountKind.PROVIDER_CASH, settlement.amount_minor - settlement.provider_fee_minor),
            Entry(AccountKind.PROVIDER_FEE, settlement.provider_fee_minor),
            Entry(AccountKind.PLATFORM_FEE, -fee_minor),
            Entry(AccountKind.WALLET_PENDING, fee_minor - settlement.amount_minor),
        ],
        currency=settlement.currency,
        facts={
            "order_code": order.code,
            "charge_id": str(settlement.charge_id),
            "payment_id": str(settlement.payment_id),
            "fee_basis_points": order.fee_basis_points,
        },
        object_kind="order",
        object_id=order.id,
    )
    emit(OrderPaid(order.seller_id, order.id))


def _refuse_late(order: Order, settlement: Settlement) -> None:
    move_order(
        order,
        Move.REFUSE_LATE,
        actor=Actor.system("sales"),
        kind="refunding",
        facts={"amount_minor": settlement.amount_minor, "currency": settlement.currency, "reason": "paid_late"},
        key=str(settlement.payment_id),
        payment=PaymentAxis.REFUND_PENDING,
        payment_id=settlement.payment_id,
    )
    request_refund(
        seller_id=order.seller_id,
        payment_id=settlement.payment_id,
        amount_minor=settlement.amount_minor,
        reason="paid_late",
    )
    emit(OrderRefunding(order.seller_id, order.id))
