"""The plan when a seller leaves: it ends, its invoices stay (the law wants them)."""

import contextlib
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.leaving import Part, Row, rows_of
from astra.core.journey.billing.actions.cancel_subscription import cancel_subscription
from astra.core.journey.billing.actions.checkout import NothingToPay
from astra.core.journey.billing.models import Invoice, Payer, Plan, Subscription, SubscriptionEvent


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Subscription, its history, invoices; each with the plan's name."""
    names = dict(Plan.objects.values_list("id", "name"))

    def named(row: Subscription | SubscriptionEvent | Invoice) -> Row:
        return {"plan": names.get(row.plan_id, "")}

    yield Part("plan_subscription", _("Your plan."), rows_of(Subscription, more=named))
    yield Part("plan_history", _("What happened to your plan."), rows_of(SubscriptionEvent, more=named))
    yield Part("plan_payer", _("How you pay for your plan."), rows_of(Payer))
    yield Part("plan_invoices", _("What the plan cost."), rows_of(Invoice, more=named))


def erase(seller_id: uuid.UUID) -> None:
    """Ends the subscription: nothing is charged any more, also no card."""
    Payer.objects.filter(seller_id=seller_id).update(renews_by=Payer.PIX, card_id=None)
    with contextlib.suppress(NothingToPay):  # a trial, or a plan that ended: nothing is charged by itself
        cancel_subscription(seller_id=seller_id, actor=Actor.system("leaving"))
    Invoice.objects.filter(seller_id=seller_id, state=Invoice.OPEN).update(state=Invoice.VOID)
