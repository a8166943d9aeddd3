"""Writes one letter of the ladder, once."""

import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.billing.letters import reminder_letter
from astra.core.journey.billing.models import Invoice, Reminder
from astra.core.journey.billing.queries import payer_facts


def send_reminder(*, seller_id: uuid.UUID, reminder_id: uuid.UUID) -> bool:
    """Posts the letter to the owners, each in the own language; says whether it was posted now.

    An invoice that is no longer open gets no letter. Noted in the transaction of the posting: two workers do not write it twice, and
    from there on the post carries it.
    """
    with acting_for(seller_id):
        row = (
            Reminder.objects.select_for_update(of=("self",))
            .filter(seller_id=seller_id, id=reminder_id)
            .select_related("invoice__plan")
            .first()
        )
        if row is None or row.sent_at is not None:
            return False
        Reminder.objects.filter(id=row.id).update(sent_at=current_instant())
        if row.invoice.state != Invoice.OPEN:
            return False
        shop = seller_facts(seller_id).name
        paying = payer_facts(seller_id)
        last4 = paying.card.last4 if paying.renews_by == "card" and paying.card is not None else ""
        write_to_owners(
            seller_id=seller_id,
            topic=Topic.PLAN,
            letter=lambda: reminder_letter(row.invoice, row.step, shop, last4),
            key=f"reminder:{row.id}",
        )
    return True
