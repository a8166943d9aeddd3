"""Thin jobs of instances."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.instances.actions import check_token as check
from astra.core.journey.instances.actions import connect_endpoint as connect
from astra.core.journey.instances.actions import tell_trouble as trouble


@job("instances.connect_endpoint", retries=1)
def connect_endpoint(*, seller_id: str, instance_id: str, **_: Any) -> None:
    """Tells Discord where clicks go; the sweep tries again until it is so."""
    connect.connect_endpoint(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))


@job("instances.check_token", retries=1)
def check_token(*, seller_id: str, instance_id: str, **_: Any) -> None:
    """Enqueued by whoever was refused with this instance's token."""
    check.check_token(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))


@job("instances.tell_trouble")
def tell_trouble(*, seller_id: str, instance_id: str, reason: str, **_: Any) -> None:
    """From InstanceTroubled."""
    trouble.tell_trouble(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id), reason=reason)
