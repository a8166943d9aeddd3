"""Writes down that somebody is to be charged; the provider hears of it later."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.integrations.payments.port import Method
from astra.core.integrations.payments.provider import provider_name
from astra.core.payments.actions.move import note
from astra.core.payments.events import ChargeIntended
from astra.core.payments.models import Charge, SavedCard
from astra.core.payments.schedule import FIRST_LOOK


class NothingToCharge(Failure):
    """The amount is not above zero, or the time to pay is over already."""

    text = _("There is nothing to pay here, or the time to pay is over. Nothing was charged; please start again.")
    label = "nothing_to_charge"


def intend_charge(
    *,
    seller_id: uuid.UUID,
    purpose_kind: str,
    purpose_id: uuid.UUID,
    amount_minor: int,
    currency: str,
    description: str,
    expires_at: datetime.datetime,
    payer_name: str = "",
    method: Method = "pix",
    keep_card: bool = False,
    saved_card_id: uuid.UUID | None = None,
    return_url: str = "",
) -> uuid.UUID:
    """Records a charge in the caller's transaction and returns its id; the job that ChargeIntended starts makes it.

    ``amount_minor`` is in minor units. By card the payer goes to the provider's page, unless a kept card is named, which is charged
    without its holder. Raises NothingToCharge, NotFound for a card that is not there or was removed.
    """
    with acting_for(seller_id):
        now = current_instant()
        if amount_minor <= 0 or expires_at <= now:
            raise NothingToCharge(amount_minor=amount_minor)
        if saved_card_id is not None and not SavedCard.objects.filter(seller_id=seller_id, id=saved_card_id, removed_at=None).exists():
            raise NotFound(card_id=str(saved_card_id))
        charge_id = new_id()
        Charge.objects.create(
            id=charge_id,
            seller_id=seller_id,
            purpose_kind=purpose_kind,
            purpose_id=purpose_id,
            amount_minor=amount_minor,
            currency=currency,
            description=description[:140],
            payer_name=payer_name[:120],
            method=method,
            keep_card=keep_card,
            saved_card_id=saved_card_id,
            return_url=return_url[:500],
            expires_at=expires_at,
            provider=provider_name(),
            next_look_at=now + FIRST_LOOK,
        )
        add_route(kind="charge", key=str(charge_id), seller_id=seller_id, object_id=charge_id)
        note(seller_id, "charge", charge_id, "intended", after="created", facts={"amount_minor": amount_minor, "currency": currency})
        emit(ChargeIntended(seller_id, charge_id))
    return charge_id
