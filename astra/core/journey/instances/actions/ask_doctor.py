"""Somebody would like the doctor to look soon."""

import datetime
import uuid

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.models import Checkup
from astra.core.journey.instances.real_clock import real_instant

EVERY_SECONDS = 20


def ask_doctor(*, seller_id: uuid.UUID, instance_id: uuid.UUID, every_seconds: int = EVERY_SECONDS, is_change: bool = False) -> bool:
    """Has the instance examined, unless it was asked for within ``every_seconds``; whether an examination was ordered now.

    However many people look at a page and however much changes in a server, Discord is asked at most this often. With
    ``is_change`` an examination of a moment ago does not count, for it saw the earlier state: another one follows it.
    """
    with acting_for(seller_id):
        now = real_instant()
        Checkup.objects.get_or_create(seller_id=seller_id, instance_id=instance_id)
        row = Checkup.objects.select_for_update().get(instance_id=instance_id)
        pause = datetime.timedelta(seconds=every_seconds)
        wait = 0
        if row.asked_at is not None and row.asked_at > now - pause:
            if not is_change or row.asked_at > now:
                return False  # a moment ago, or ordered for later already
            wait = max(1, round((row.asked_at + pause - now).total_seconds()))
        Checkup.objects.filter(id=row.id).update(asked_at=now + datetime.timedelta(seconds=wait))
        enqueue("instances.examine", delay_seconds=wait, seller_id=seller_id, instance_id=instance_id)
    return True
