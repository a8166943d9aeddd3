"""Writes down that money is to be sent to a PIX key; the provider hears of it later."""

import json
import uuid
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.integrations.payments.provider import provider_name
from astra.core.payments.actions.move import note
from astra.core.payments.events import PayoutIntended
from astra.core.payments.models import Payout
from astra.core.payments.schedule import FIRST_LOOK


@dataclass(frozen=True, slots=True)
class Destination:
    """Where money goes: a PIX key and whom it belongs to. Key and document are secrets in memory, sealed at rest."""

    pix_key: Secret | str
    holder_name: str
    holder_document: Secret | str


def intend_payout(
    *,
    seller_id: uuid.UUID,
    purpose_kind: str,
    purpose_id: uuid.UUID,
    amount_minor: int,
    currency: str,
    destination: Destination,
) -> uuid.UUID:
    """Records a payout in the caller's transaction and returns its id; PayoutIntended starts the sending.

    The same purpose while an earlier payout of it lives (neither failed nor returned) returns that one: money is sent once.
    """
    with acting_for(seller_id):
        earlier = (
            Payout.objects.filter(seller_id=seller_id, purpose_kind=purpose_kind, purpose_id=purpose_id)
            .exclude(state__in=["failed", "returned"])
            .first()
        )
        if earlier is not None:
            return earlier.id
        payout_id = new_id()
        plain = json.dumps(
            {
                "pix_key": _text(destination.pix_key),
                "holder_name": destination.holder_name,
                "holder_document": _text(destination.holder_document),
            }
        )
        Payout.objects.create(
            id=payout_id,
            seller_id=seller_id,
            purpose_kind=purpose_kind,
            purpose_id=purpose_id,
            amount_minor=amount_minor,
            currency=currency,
            destination_sealed=seal(plain, seller_id=seller_id, table="payments_payout", row_id=payout_id, column="destination_sealed"),
            provider=provider_name(),
            next_look_at=current_instant() + FIRST_LOOK,
        )
        add_route(kind="payout", key=str(payout_id), seller_id=seller_id, object_id=payout_id)
        note(seller_id, "payout", payout_id, "intended", after="created", facts={"amount_minor": amount_minor, "currency": currency})
        emit(PayoutIntended(seller_id, payout_id))
    return payout_id


def _text(value: Secret | str) -> str:
    return value.reveal() if isinstance(value, Secret) else value
