"""Writes to the owners that a bot needs them."""

import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.instances.letters import troubled_letter
from astra.core.journey.instances.machine import RUN
from astra.core.journey.instances.models import Finding, Instance
from astra.core.journey.instances.real_clock import RealNow


def tell_trouble(*, seller_id: uuid.UUID, instance_id: uuid.UUID, reason: str) -> int:
    """One letter for each time that a bot comes to rest for a reason; returns how many were posted.

    Who mended it meanwhile, stopped it or parted with it gets none.
    """
    with acting_for(seller_id):
        Finding.objects.filter(instance_id=instance_id, step=RUN, closed_at=None).update(told_at=RealNow())
        row = Instance.objects.filter(id=instance_id, archived_at=None, wanted_state="running").first()
        if row is None or row.seen_state not in ("errored", "quarantined"):
            return 0
        return write_to_owners(
            seller_id=seller_id,
            topic=Topic.SHOP,
            letter=lambda: troubled_letter(row, reason),
            key=f"trouble:{row.id}:{reason}:{row.version}",
        )
