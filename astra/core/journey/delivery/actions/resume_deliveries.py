"""The bot can speak again."""

import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.actions.resend_delivery import start_again
from astra.core.journey.delivery.machine import NoticeState
from astra.core.journey.delivery.models import Notice


def resume_deliveries(*, seller_id: uuid.UUID, instance_id: uuid.UUID) -> int:
    """Makes every notice that was parked for an instance's dead token due now, oldest first; returns how many."""
    with acting_for(seller_id):
        parked = Notice.objects.select_for_update().filter(seller_id=seller_id, instance_id=instance_id, state=NoticeState.PARKED)
        notices = list(parked.order_by("id"))
        for notice in notices:
            start_again(seller_id, notice)
    return len(notices)
