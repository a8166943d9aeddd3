"""Letters and exports whose job was lost, and what is kept for a while only."""

import datetime

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.accounts.actions.make_export import MOST_TRIES
from astra.core.journey.accounts.closings import OPEN
from astra.core.journey.accounts.models import Closing, Export, ExportPiece, PostedLetter

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


def sweep_exports() -> int:
    """Wakes exports whose job was lost, ends those that cannot be made, deletes the files whose time is over; returns how many."""
    with as_system():
        late = Export.objects.filter(state=Export.ASKED, next_try_at__lte=AstraNow() - PATIENCE)
        waiting = list(late.values_list("seller_id", "id", "tries")[:AT_ONCE])
        over = list(Export.objects.filter(state=Export.READY, until__lte=AstraNow()).values_list("seller_id", "id")[:AT_ONCE])
    for seller_id, export_id, tries in waiting:
        if tries >= MOST_TRIES:
            with acting_for(seller_id):
                Export.objects.filter(id=export_id, state=Export.ASKED).update(state=Export.FAILED)
        else:
            enqueue("accounts.make_export", seller_id=seller_id, export_id=export_id)
    for seller_id, export_id in over:
        with acting_for(seller_id):
            ExportPiece.objects.filter(export_id=export_id).delete()
            Export.objects.filter(id=export_id).update(state=Export.GONE)
    return len(waiting) + len(over)


def sweep_closings() -> int:
    """Wakes the sellers on the way out whose next step is due; returns how many."""
    with as_system():
        due = Closing.objects.filter(state__in=OPEN, next_look_at__lte=AstraNow())
        sellers = list(due.order_by("next_look_at").values_list("seller_id", flat=True)[:AT_ONCE])
    for seller_id in sellers:
        enqueue("accounts.close_seller", seller_id=seller_id)
    return len(sellers)
