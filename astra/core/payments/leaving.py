"""Payments when a seller leaves: all goes along; money under way is in the way; what the law wants kept stays."""

import uuid
from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.leaving import Hindrance, Part, rows_of
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments.actions.keep_card import forget_card, remove_card
from astra.core.payments.models import Charge, History, Payment, Payout, Refund, SavedCard

OVER_PAYOUT = ("paid", "failed", "returned")
OVER_REFUND = ("succeeded", "failed")


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Charges, payments, refunds, payouts (whose destination is in the wallet's keys), history."""
    yield Part("payments_charges", _("What buyers and you were asked to pay."), rows_of(Charge))
    yield Part("payments_payments", _("What arrived, with the bank's own numbers."), rows_of(Payment, hide=["payer_key"]))
    yield Part("payments_refunds", _("What went back to buyers."), rows_of(Refund))
    yield Part("payments_payouts", _("What was sent to your PIX key."), rows_of(Payout))
    yield Part("payments_cards", _("Cards that the payment provider keeps for your plan."), rows_of(SavedCard, hide=["payer_key"]))
    yield Part("payments_history", _("Every step of charges, refunds and payouts."), rows_of(History))


def hindrances(seller_id: uuid.UUID) -> list[Hindrance]:
    """Payouts, refunds and parked payments of which the end is not known."""
    found = []
    if Payout.objects.filter(seller_id=seller_id).exclude(state__in=OVER_PAYOUT).exists():
        text = _("A withdrawal is on its way to the bank. Wait until it has arrived.")
        found.append(Hindrance("payout_in_flight", text, "wallet", _("Open the wallet")))
    waiting = Refund.objects.filter(seller_id=seller_id).exclude(state__in=OVER_REFUND).exists()
    if waiting or Payment.objects.filter(seller_id=seller_id, state=Payment.PARKED, refunded_minor__lt=F("amount_minor")).exists():
        text = _("Money is on its way back to a buyer. Wait until it has arrived.")
        found.append(Hindrance("refund_in_flight", text, "orders", _("See the orders")))
    return found


def wind_down(seller_id: uuid.UUID) -> bool:
    """Has the provider forget every card; says whether it has."""
    with acting_for(seller_id):
        for card_id in SavedCard.objects.filter(seller_id=seller_id, removed_at=None).values_list("id", flat=True):
            remove_card(seller_id=seller_id, card_id=card_id)
        left = list(SavedCard.objects.filter(seller_id=seller_id, forgotten_at=None).values_list("id", flat=True))
    return sum(forget_card(seller_id=seller_id, card_id=card_id) for card_id in left) == len(left)


def erase(seller_id: uuid.UUID) -> None:
    """Forgets how payers were called. Where a payout went was sealed, and goes with the seller's key."""
    Charge.objects.filter(seller_id=seller_id).exclude(payer_name="").update(payer_name="")
