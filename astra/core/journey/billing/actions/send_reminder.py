"""Sends one letter of the ladder, once."""

import datetime
import uuid

from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Member
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.billing.letters import reminder_letter
from astra.core.journey.billing.models import Invoice, Reminder

LEASE = datetime.timedelta(minutes=5)


def send_reminder(*, seller_id: uuid.UUID, reminder_id: uuid.UUID) -> bool:
    """Sends the letter to the owners, in the shop's language; says whether it was sent now.

    An invoice that is no longer open gets no letter. Claimed, sent with no transaction open, then noted: two workers do not send
    it twice; a worker that dies between sending and noting makes it come again after five minutes.
    """
    with acting_for(seller_id):
        row = Reminder.objects.select_for_update().filter(seller_id=seller_id, id=reminder_id).select_related("invoice__plan").first()
        now = current_instant()
        if row is None or row.sent_at is not None or (row.claimed_at is not None and row.claimed_at > now - LEASE):
            return False
        if row.invoice.state != Invoice.OPEN:
            Reminder.objects.filter(id=row.id).update(sent_at=now)
            return False
        Reminder.objects.filter(id=row.id).update(claimed_at=now)
        seller = seller_facts(seller_id)
        owners = Member.objects.filter(seller_id=seller_id, role=Member.OWNER).select_related("user")
        to = [member.user.email for member in owners]
    with translation.override(seller.locale):
        letter = reminder_letter(row.invoice, row.step, seller.name)
    for address in to:
        mail = EmailMultiAlternatives(letter.subject, letter.text, to=[address])
        mail.attach_alternative(letter.html, "text/html")
        mail.send()
    with acting_for(seller_id):
        Reminder.objects.filter(id=row.id).update(sent_at=current_instant())
    return True
