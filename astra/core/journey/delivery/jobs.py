"""Delivery's jobs: thin, safe to repeat."""

import uuid

from astra.core.foundation.jobs import job
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.actions.resume_deliveries import resume_deliveries
from astra.core.journey.delivery.actions.serve_waiting import serve_waiting


@job("delivery.open_deliveries")
def open_deliveries_job(*, seller_id: str, order_id: str, **_: str) -> None:
    """From OrderPaid."""
    open_deliveries(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("delivery.serve_waiting")
def serve_waiting_job(*, seller_id: str, order_id: str, **_: str) -> None:
    """From WaitingServed."""
    serve_waiting(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("delivery.resume_deliveries")
def resume_deliveries_job(*, seller_id: str, instance_id: str, **_: str) -> None:
    """From an instance whose token works again."""
    resume_deliveries(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))
