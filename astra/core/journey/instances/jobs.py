"""Thin jobs of instances."""

import uuid
from typing import Any

from astra.core.foundation.jobs import job
from astra.core.journey.instances.actions import ask_doctor as ask
from astra.core.journey.instances.actions import check_token as check
from astra.core.journey.instances.actions import connect_endpoint as connect
from astra.core.journey.instances.actions import examine_instance as doctor
from astra.core.journey.instances.actions import tell_owners as letter
from astra.core.journey.instances.actions import tell_trouble as trouble
from astra.core.journey.instances.models import Instance

# A moderator who rearranges a server makes many changes in a row: the doctor comes at most this often.
CHANGE_SECONDS = 5


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


@job("instances.examine", retries=1)
def examine(*, seller_id: str, instance_id: str, **_: Any) -> None:
    """The doctor looks; the sweep comes again."""
    try:
        doctor.examine_instance(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))
    except Instance.DoesNotExist:
        return  # archived meanwhile


@job("instances.tell_owners", retries=1)
def tell_owners(*, seller_id: str, instance_id: str, **_: Any) -> None:
    """Something needs the owners; the sweep brings again what could not be sent."""
    letter.tell_owners(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))


@job("instances.examine_soon", retries=1)
def examine_soon(*, seller_id: str, instance_id: str, **_: Any) -> None:
    """Something changed where the bot works."""
    ask.ask_doctor(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id), every_seconds=CHANGE_SECONDS, is_change=True)
