"""What time brings to subscriptions, and the letters whose job was lost: found every ten seconds or so."""

import datetime
from itertools import chain

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.billing.actions.turn import ON_ITS_WAY, turn
from astra.core.journey.billing.models import Invoice, Reminder, Subscription
from astra.core.journey.billing.queries import archive_days
from astra.core.journey.billing.states import SUSPENDED

AT_ONCE = 200


def sweep_subscriptions() -> int:
    """Turns every subscription of which something is due; returns how many."""
    with as_system():
        due = Subscription.objects.filter(next_turn_at__lte=AstraNow()).order_by("next_turn_at").values_list("seller_id", flat=True)
        long_suspended = Subscription.objects.filter(state=SUSPENDED, changed_at__lte=AstraNow() - datetime.timedelta(days=archive_days()))
        stale = Invoice.objects.filter(state=Invoice.OPEN, expires_at__lte=AstraNow() - ON_ITS_WAY).exclude(kind=Invoice.RENEWAL)
        archived = long_suspended.values_list("seller_id", flat=True)[:AT_ONCE]  # by a rule that is newer than their next turn
        sellers = set(chain(due[:AT_ONCE], archived, stale.values_list("seller_id", flat=True)[:AT_ONCE]))
    for seller_id in sellers:
        turn(seller_id=seller_id)
    return len(sellers)


def sweep_reminders() -> int:
    """Wakes the letters that were not posted a minute after they were due; returns how many."""
    with as_system():
        late = Reminder.objects.filter(sent_at=None, created_at__lte=AstraNow() - datetime.timedelta(minutes=1))
        found = list(late.values_list("seller_id", "id")[:AT_ONCE])
    for seller_id, reminder_id in found:
        enqueue("billing.send_reminder", seller_id=seller_id, reminder_id=reminder_id)
    return len(found)
