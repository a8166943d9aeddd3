"""The seven days that cost nothing."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.own import fingerprint_own
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route, find_routes
from astra.core.journey.accounts.queries import addresses_of, discord_id_of
from astra.core.journey.billing.actions.move_subscription import enforce, note_event
from astra.core.journey.billing.customer import customer_at
from astra.core.journey.billing.models import Plan, Subscription, SubscriptionEvent
from astra.core.journey.billing.states import TRIALING
from astra.core.payments.payer import document_key
from astra.core.payments.queries import payer_keys

PAYER = "trial_payer"


class TrialUsed(Failure):
    """This seller, or this person or Discord account with another shop, had the trial."""

    label = "trial_used"
    text = _("The trial was used before. Your products and orders are kept.")


def start_trial(*, seller_id: uuid.UUID, actor: Actor) -> datetime.datetime:
    """Starts the trial and puts its limits in force; returns when it ends.

    Once per shop, per person (also one who left and comes back by the same address), per Discord account, and per payer: whoever paid
    a plan or a card of this shop, known by a mark of the document, account or card, and whoever holds it before the law.
    Raises TrialUsed the second time.
    """
    plan = Plan.objects.get(code=Plan.TRIAL, is_current=True)
    with acting_for(seller_id):
        now = current_instant()
        ends_at = now + datetime.timedelta(days=plan.days)
        keys = [*_keys(actor), *((PAYER, key) for key in _payers(seller_id, now))]
        if any(hit.seller_id != seller_id for kind, key in keys for hit in find_routes(kind, key)):
            raise TrialUsed
        row, is_new = Subscription.objects.get_or_create(
            seller_id=seller_id,
            defaults={
                "plan": plan,
                "state": TRIALING,
                "started_by": uuid.UUID(actor.id) if actor.kind == "member" else seller_id,
                "started_at": now,
                "ends_at": ends_at,
                "next_turn_at": now,
                "changed_at": now,
            },
        )
        if not is_new:
            raise TrialUsed
        for kind, key in keys:
            add_route(kind=kind, key=key, seller_id=seller_id)
        enforce(row)
        note_event(row, "trial_started", before="", actor=actor)
        record(seller_id=seller_id, actor=actor, verb="start_trial", object_kind="seller", object_id=seller_id)
    return ends_at


def note_payer(seller_id: uuid.UUID, key: str) -> None:
    """Who pays for a shop that had the trial has had it, too. Inside the caller's block."""
    if key and SubscriptionEvent.objects.filter(seller_id=seller_id, event="trial_started").exists():
        add_route(kind=PAYER, key=key, seller_id=seller_id)


def _keys(actor: Actor) -> list[tuple[str, str]]:
    """What a person is known by: the account, a mark of each confirmed address, and the Discord account that is linked."""
    if actor.kind != "member":
        return []
    person_id = uuid.UUID(actor.id)
    keys = [("trial", actor.id)]
    keys += [("trial_address", fingerprint_own(address, scope="trial_address").hex()) for address in addresses_of(person_id)]
    discord_id = discord_id_of(person_id)
    return [*keys, ("trial_discord", discord_id)] if discord_id else keys


def _payers(seller_id: uuid.UUID, now: datetime.datetime) -> set[str]:
    """The marks of who paid for this shop so far, and of its legal holder: the same person has the same document at the bank."""
    holder = customer_at(seller_id, now)
    return payer_keys(seller_id, ("plan", "plan_card")) | ({document_key(holder.document)} if holder is not None else set())
