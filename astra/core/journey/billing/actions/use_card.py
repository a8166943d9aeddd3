"""A card that the provider keeps becomes the one that pays the renewals."""

import uuid

from django.db import models

from astra.core.journey.billing.models import Invoice, Payer
from astra.core.payments.actions.keep_card import remove_card


def use_card(seller_id: uuid.UUID, card_id: uuid.UUID) -> None:
    """From now on this card pays the renewals; the one before it is forgotten. Inside the caller's block."""
    payer, _is_new = Payer.objects.select_for_update().get_or_create(seller_id=seller_id)
    before, payer.card_id, payer.renews_by = payer.card_id, card_id, Payer.CARD
    payer.save()
    if before is not None and before != card_id:
        remove_card(seller_id=seller_id, card_id=before)
    # What the card before could not pay is tried with this one as soon as time is looked at.
    tried = Invoice.objects.filter(seller_id=seller_id, kind=Invoice.RENEWAL, state=Invoice.OPEN, card_tries__gt=0)
    tried.update(card_tries=models.F("card_tries") - 1)
