"""The card that pays the renewals: kept with a payment or by itself, replaced, removed, or left aside for PIX."""

import datetime
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.billing.actions.charge_invoice import NoCard
from astra.core.journey.billing.actions.start_trial import note_payer
from astra.core.journey.billing.actions.turn import turn
from astra.core.journey.billing.actions.use_card import use_card
from astra.core.journey.billing.models import Payer
from astra.core.payments.actions.intend_charge import intend_charge
from astra.core.payments.actions.keep_card import remove_card
from astra.core.payments.actions.request_refund import request_refund
from astra.core.payments.purposes import PARKED, Refunded, Settlement

PURPOSE = "plan_card"
# A card is proved by a payment that goes back at once: the smallest that every bank of the field takes.
PROOF_MINOR = 100
PROOF_LASTS = datetime.timedelta(hours=1)


class UnknownMethod(Failure):
    """Neither PIX nor a card."""

    label = "unknown_method"
    text = _("The plan is paid by PIX or by card. Nothing was changed.")


def start_card(*, seller_id: uuid.UUID, actor: Actor) -> uuid.UUID:
    """Has the provider's page opened for a card to keep, for an hour; returns the proof's id. One real is charged and goes back at once."""
    with acting_for(seller_id):
        proof = new_id()
        intend_charge(
            seller_id=seller_id,
            purpose_kind=PURPOSE,
            purpose_id=proof,
            amount_minor=PROOF_MINOR,
            currency=seller_facts(seller_id).currency,
            description="AstraSystems",
            expires_at=current_instant() + PROOF_LASTS,
            payer_name=seller_facts(seller_id).name,
            method="card",
            keep_card=True,
            return_url=f"{settings.ASTRA_PUBLIC_URL.rstrip('/')}{reverse('plan_card', args=[proof])}",
        )
        record(seller_id=seller_id, actor=actor, verb="start_card", object_kind="seller", object_id=seller_id)
    return proof


def take_card(settlement: Settlement) -> str:
    """Keeps the card that was proved and gives the money back, inside payments' transaction: it is parked until it is back."""
    with acting_for(settlement.seller_id):
        request_refund(
            seller_id=settlement.seller_id, payment_id=settlement.payment_id, amount_minor=settlement.amount_minor, reason="card_proved"
        )
        if settlement.saved_card_id is not None:
            use_card(settlement.seller_id, settlement.saved_card_id)
            note_payer(settlement.seller_id, settlement.payer_key)
            turn(seller_id=settlement.seller_id)
    return PARKED


def note_card_refund(refunded: Refunded) -> None:
    """The proof went back, as was promised: nothing else hangs on it."""


def drop_card(*, seller_id: uuid.UUID, actor: Actor) -> None:
    """Has the card forgotten; the renewals go by PIX. Raises NoCard."""
    with acting_for(seller_id):
        payer = Payer.objects.select_for_update().filter(seller_id=seller_id).first()
        if payer is None or payer.card_id is None:
            raise NoCard
        card_id, payer.card_id, payer.renews_by = payer.card_id, None, Payer.PIX
        payer.save()
        remove_card(seller_id=seller_id, card_id=card_id)
        record(seller_id=seller_id, actor=actor, verb="drop_card", object_kind="seller", object_id=seller_id)
        turn(seller_id=seller_id)


def renew_by(*, seller_id: uuid.UUID, method: str, actor: Actor) -> None:
    """Chooses how the renewals are paid; a kept card stays kept. Raises UnknownMethod, NoCard."""
    if method not in (Payer.PIX, Payer.CARD):
        raise UnknownMethod
    with acting_for(seller_id):
        payer, _is_new = Payer.objects.select_for_update().get_or_create(seller_id=seller_id)
        if method == Payer.CARD and payer.card_id is None:
            raise NoCard
        if payer.renews_by != method:
            payer.renews_by = method
            payer.save()
            record(seller_id=seller_id, actor=actor, verb="renew_by", object_kind="seller", object_id=seller_id, facts={"method": method})
            turn(seller_id=seller_id)
