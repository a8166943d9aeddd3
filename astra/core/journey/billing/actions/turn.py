"""Time goes on: everything that is due of a subscription now, as often as it is called."""

import datetime
import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.request_export import request_export
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.billing.actions.charge_invoice import charge_invoice, charge_kept_card, is_on_its_way
from astra.core.journey.billing.actions.move_subscription import BILLING, lock_subscription, move_subscription
from astra.core.journey.billing.letters import archive_letter, trial_letter
from astra.core.journey.billing.models import Invoice, Payer, Reminder, Subscription
from astra.core.journey.billing.periods import (
    AHEAD,
    ARCHIVE_KEPT_DAYS,
    ARCHIVE_NOTICE,
    CARD_DAYS,
    CARD_LADDER,
    GRACE,
    LADDER,
    TRIAL_LADDER,
    end_of_period,
)
from astra.core.journey.billing.queries import archive_days
from astra.core.journey.billing.states import ACTIVE, PAST_DUE, SUSPENDED, TRIALING
from astra.core.payments.queries import ChargeFacts, charge_facts

# A payment that was made in the last second of a checkout may still be on its way.
ON_ITS_WAY = datetime.timedelta(minutes=10)


def turn(*, seller_id: uuid.UUID) -> None:
    """Ends what is over, renews what is paid, charges ahead of time and reminds; sets when to look again. Idempotent."""
    with acting_for(seller_id):
        row = lock_subscription(seller_id)
        now = current_instant()
        checkouts = Invoice.objects.filter(seller_id=seller_id, state=Invoice.OPEN).exclude(kind=Invoice.RENEWAL)
        checkouts.filter(expires_at__lte=now - ON_ITS_WAY).update(state=Invoice.VOID)
        if row is None:
            return
        charge = None
        kept = datetime.timedelta(days=archive_days())
        _tell_of_trial(row, now)
        _tell_of_archive(row, now, kept)
        while _step(row, now, kept):
            pass
        by_card = Payer.objects.filter(seller_id=seller_id, renews_by=Payer.CARD).exists()
        renewal = _renewal(row, now)
        if renewal is not None and renewal.state == Invoice.OPEN:
            charge = _charge(row, renewal, now, by_card=by_card)
            _remind(renewal, now, by_card=by_card)
        open_ends = [end + ON_ITS_WAY for end in checkouts.filter(state=Invoice.OPEN).values_list("expires_at", flat=True)]
        again = [now + ON_ITS_WAY] if is_on_its_way(charge) else []
        Subscription.objects.filter(id=row.id).update(next_turn_at=min(_ahead(row, renewal, now, kept) + open_ends + again, default=None))


def _tell_of_trial(row: Subscription, now: datetime.datetime) -> None:
    """The latest letter about a trial that is due; the last one as it ends, and none when it was paid before."""
    due = [step for step in TRIAL_LADDER if row.ends_at + datetime.timedelta(days=step) <= now]
    if row.state != TRIALING or not due:
        return
    shop, ends_at, step = seller_facts(row.seller_id).name, row.ends_at, due[-1]
    key = f"trial:{row.seller_id}:{step}"
    write_to_owners(seller_id=row.seller_id, topic=Topic.PLAN, letter=lambda: trial_letter(step, shop, ends_at), key=key)


def _tell_of_archive(row: Subscription, now: datetime.datetime, kept: datetime.timedelta) -> None:
    """One letter a week before a suspended shop is archived."""
    if row.state != SUSPENDED or row.changed_at is None or row.changed_at + kept - ARCHIVE_NOTICE > now:
        return
    shop, at = seller_facts(row.seller_id).name, row.changed_at + kept
    key = f"archive:{row.seller_id}:{row.changed_at:%Y%m%d}"
    write_to_owners(seller_id=row.seller_id, topic=Topic.PLAN, letter=lambda: archive_letter(shop, at, is_done=False), key=key)


def _archive(row: Subscription, now: datetime.datetime) -> None:
    """The shop is put away: its owners get a copy of everything, and nothing is deleted."""
    request_export(seller_id=row.seller_id, actor=BILLING, keep_days=ARCHIVE_KEPT_DAYS)
    shop, key = seller_facts(row.seller_id).name, f"archived:{row.seller_id}:{now:%Y%m%d}"
    write_to_owners(seller_id=row.seller_id, topic=Topic.ACCOUNT, letter=lambda: archive_letter(shop, now, is_done=True), key=key)


def renewal_of(row: Subscription) -> Invoice | None:
    """The invoice of the period after the current one, open or paid."""
    found = Invoice.objects.filter(seller_id=row.seller_id, kind=Invoice.RENEWAL, state__in=[Invoice.OPEN, Invoice.PAID])
    return found.filter(period_start=row.ends_at).select_related("plan").first()


def void_open(row: Subscription) -> None:
    """Withdraws whatever is asked of the seller: money that still arrives for it is given back by payments."""
    Invoice.objects.filter(seller_id=row.seller_id, state=Invoice.OPEN).update(state=Invoice.VOID)


def _step(row: Subscription, now: datetime.datetime, kept: datetime.timedelta) -> bool:
    if row.state == TRIALING and row.ends_at <= now:
        move_subscription(row, "trial_ended")
    elif row.state == ACTIVE and row.ends_at <= now:
        paid = renewal_of(row)
        if paid is not None and paid.state == Invoice.PAID:
            move_subscription(row, "renewed", plan=paid.plan, next_plan=None, started_at=paid.period_start, ends_at=paid.period_end)
        elif row.cancel_at_period_end:
            void_open(row)
            move_subscription(row, "ended_as_asked")
        else:
            move_subscription(row, "period_ended")
    elif row.state == PAST_DUE and row.ends_at + GRACE <= now:
        move_subscription(row, "grace_ended")
    elif row.state == SUSPENDED and row.changed_at is not None and row.changed_at + kept <= now:
        void_open(row)
        move_subscription(row, "kept_long")
        _archive(row, now)
    else:
        return False
    return True


def _renewal(row: Subscription, now: datetime.datetime) -> Invoice | None:
    found = renewal_of(row) if row.state in (ACTIVE, PAST_DUE, SUSPENDED) else None
    if found is not None or row.state not in (ACTIVE, PAST_DUE) or row.cancel_at_period_end or row.ends_at - AHEAD > now:
        return found
    plan = row.next_plan or row.plan
    invoice = Invoice.objects.create(
        seller_id=row.seller_id,
        kind=Invoice.RENEWAL,
        plan=plan,
        from_plan=row.plan,
        amount_minor=plan.price_minor,
        price_minor=plan.price_minor,
        currency=plan.currency,
        period_start=row.ends_at,
        period_end=end_of_period(row.ends_at, plan.period, row.anchor_day),
        due_at=row.ends_at,
        expires_at=row.ends_at + GRACE,
    )
    return invoice


def _charge(row: Subscription, invoice: Invoice, now: datetime.datetime, *, by_card: bool) -> ChargeFacts | None:
    """A code for whoever renews by PIX; the kept card on its days, one more try on each. The charge, while one is open."""
    charge = charge_facts(row.seller_id, invoice.charge_id) if invoice.charge_id else None
    if not by_card:
        if charge is None and row.state in (ACTIVE, PAST_DUE):
            charge_invoice(seller_id=row.seller_id, invoice_id=invoice.id)
        return charge
    if charge is not None and charge.saved_card_id is not None and not is_on_its_way(charge) and charge.state != "approved":
        invoice.declined_code = charge.declined_code or charge.failure_code or "no_answer"
        Invoice.objects.filter(id=invoice.id).update(declined_code=invoice.declined_code)
    wanted = sum(invoice.due_at + datetime.timedelta(days=day) <= now for day in CARD_DAYS)
    if wanted <= invoice.card_tries or is_on_its_way(charge) or row.state not in (ACTIVE, PAST_DUE):
        return charge
    Invoice.objects.filter(id=invoice.id).update(card_tries=wanted)
    charge_id = charge_kept_card(seller_id=row.seller_id, invoice_id=invoice.id)
    invoice.refresh_from_db()
    return charge_facts(row.seller_id, charge_id)


def _remind(invoice: Invoice, now: datetime.datetime, *, by_card: bool) -> None:
    """Only the latest letter that is due: who was away for a week gets one, not three. A card needs no letters until it is declined."""
    ladder = CARD_LADDER if by_card and not invoice.declined_code else LADDER
    due = [step for step in ladder if invoice.due_at + datetime.timedelta(days=step) <= now]
    if not due:
        return
    row, is_new = Reminder.objects.get_or_create(seller_id=invoice.seller_id, invoice=invoice, step=due[-1])
    if is_new:
        enqueue("billing.send_reminder", seller_id=invoice.seller_id, reminder_id=row.id)


def _ahead(row: Subscription, renewal: Invoice | None, now: datetime.datetime, kept: datetime.timedelta) -> list[datetime.datetime]:
    moments = []
    if row.state in (TRIALING, ACTIVE):
        moments.append(row.ends_at)
    if row.state == TRIALING:
        moments += [row.ends_at + datetime.timedelta(days=step) for step in TRIAL_LADDER]
    if row.state == ACTIVE and renewal is None and not row.cancel_at_period_end:
        moments.append(row.ends_at - AHEAD)
    if row.state == PAST_DUE:
        moments.append(row.ends_at + GRACE)
    if row.state == SUSPENDED and row.changed_at is not None:
        moments += [row.changed_at + kept - ARCHIVE_NOTICE, row.changed_at + kept]
    if renewal is not None and renewal.state == Invoice.OPEN:
        moments += [renewal.due_at + datetime.timedelta(days=step) for step in {*LADDER, *CARD_DAYS}]
    return [moment for moment in moments if moment > now]
