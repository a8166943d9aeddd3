"""Writes to a shop's owners about what the doctor found, once for each thing that is wrong."""

import datetime
import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.instances.letters import found_letter
from astra.core.journey.instances.machine import RUN
from astra.core.journey.instances.models import Finding, Instance
from astra.core.journey.instances.models.finding import TOLD
from astra.core.journey.instances.real_clock import real_instant

# The same trouble again within this time is no news: a bot that comes and goes must not fill a mailbox.
QUIET = datetime.timedelta(hours=1)


def tell_owners(*, seller_id: uuid.UUID, instance_id: uuid.UUID) -> int:
    """Posts one letter about all findings that owners hear of and were not told yet; returns how many it tells.

    The findings are marked in the transaction of the posting: from there on the post carries the letter. That the bot itself came to
    rest is told by ``tell_trouble``.
    """
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        now = real_instant()
        mine = Finding.objects.filter(instance_id=instance_id).exclude(step=RUN)
        rows = list(mine.filter(TOLD, closed_at=None, told_at=None).order_by("id"))
        lately = set(mine.filter(told_at__gt=now - QUIET).values_list("step", "place", "reason"))
        news = [row for row in rows if (row.step, row.place, row.reason) not in lately]
        Finding.objects.filter(id__in=[row.id for row in rows]).update(told_at=now)
        if not news or instance.archived_at is not None:
            return 0
        write_to_owners(seller_id=seller_id, topic=Topic.SHOP, letter=lambda: found_letter(instance, news), key=f"found:{news[0].id}")
    return len(news)
