"""Who works on an instance now: one holder at a time, by the database's clock."""

import datetime
import uuid

from django.db.models import Q

from astra.core.foundation.ids import new_id
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant

LEASE_SECONDS = 60


def take_lease(instance_id: uuid.UUID) -> tuple[Instance, uuid.UUID] | None:
    """Takes an instance to work on, in the caller's transaction; None while somebody else has it.

    A holder that dies gives it back after LEASE_SECONDS.
    """
    now = real_instant()
    token = new_id()
    taken = Instance.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), id=instance_id).update(
        lease_token=token, lease_until=now + datetime.timedelta(seconds=LEASE_SECONDS)
    )
    return (Instance.objects.get(id=instance_id), token) if taken else None


def give_back(instance_id: uuid.UUID, token: uuid.UUID) -> bool:
    """Gives it back, in the caller's transaction. Whether it was still held: if not, somebody else went on."""
    return bool(Instance.objects.filter(id=instance_id, lease_token=token).update(lease_token=None, lease_until=None))
