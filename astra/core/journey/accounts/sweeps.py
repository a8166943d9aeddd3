"""Letters whose job was lost or whose mail server was away, and the memory of those that went out."""

import datetime

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.journey.accounts.models import PostedLetter

AT_ONCE = 200
PATIENCE = datetime.timedelta(minutes=1)
KEPT = datetime.timedelta(days=30)


def sweep_letters() -> int:
    """Wakes the letters that wait since a minute after their turn; returns how many."""
    late = PostedLetter.objects.filter(sent_at=None, gave_up_at=None, next_try_at__lte=AstraNow() - PATIENCE)
    found = list(late.order_by("next_try_at").values_list("id", flat=True)[:AT_ONCE])
    for letter_id in found:
        enqueue("accounts.send_letter", letter_id=letter_id)
    return len(found)


def sweep_old_letters() -> int:
    """Forgets whom letters went to, after thirty days; returns how many."""
    ended = PostedLetter.objects.exclude(sent_at=None, gave_up_at=None)
    return ended.filter(created_at__lte=AstraNow() - KEPT).delete()[0]
