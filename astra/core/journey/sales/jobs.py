"""Jobs of sales: thin, with ids for arguments."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.sales.actions import expire_order as expiry
from astra.core.journey.sales.actions import record_charge_failure as charge_failure
from astra.core.journey.sales.actions import record_parked as parked
from astra.core.journey.sales.actions import record_refund_failure as refund_failure
from astra.core.journey.sales.actions.place_order import PURPOSE


@job("sales.expire_order")
def expire_order(*, seller_id: str, order_id: str, **_: Any) -> None:
    """Ends an order whose time is over."""
    expiry.expire_order(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("sales.record_charge_failure")
def record_charge_failure(*, seller_id: str, charge_id: str, purpose_kind: str, purpose_id: str, **_: Any) -> None:
    """Frees what an order held whose charge could not be made."""
    if purpose_kind == PURPOSE:
        charge_failure.record_charge_failure(
            seller_id=uuid.UUID(seller_id),
            order_id=uuid.UUID(purpose_id),
            charge_id=uuid.UUID(charge_id),
        )


@job("sales.record_parked")
def record_parked(*, seller_id: str, payment_id: str, purpose_kind: str, purpose_id: str, reason: str, **_: Any) -> None:
    """Shows that money of an order is in review."""
    if purpose_kind == PURPOSE:
        parked.record_parked(
            seller_id=uuid.UUID(seller_id),
            order_id=uuid.UUID(purpose_id),
            payment_id=uuid.UUID(payment_id),
            reason=reason,
        )


@job("sales.record_refund_failure")
def record_refund_failure(*, seller_id: str, payment_id: str, refund_id: str, **_: Any) -> None:
    """Shows that a late buyer's money could not be given back."""
    refund_failure.record_refund_failure(
        seller_id=uuid.UUID(seller_id),
        payment_id=uuid.UUID(payment_id),
        refund_id=uuid.UUID(refund_id),
    )
