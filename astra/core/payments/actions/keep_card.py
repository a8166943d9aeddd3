"""A card that the provider keeps: written down when it paid, forgotten when nobody wants it any more."""

import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal, unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, ProviderCard, ProviderDown
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.move import note
from astra.core.payments.events import CardRemoved
from astra.core.payments.models import Charge, SavedCard
from astra.core.payments.payer import payer_key
from astra.core.payments.schedule import LEASE, backoff

TABLE, COLUMN = "payments_saved_card", "provider_card_sealed"


def keep_card(charge: Charge, said: ProviderCard) -> uuid.UUID:
    """Writes down a card that the provider keeps since this charge, in the caller's transaction; returns its id."""
    card_id = new_id()
    SavedCard.objects.create(
        id=card_id,
        seller_id=charge.seller_id,
        provider=charge.provider,
        provider_card_sealed=seal(said.card_id, seller_id=charge.seller_id, table=TABLE, row_id=card_id, column=COLUMN),
        last4=said.last4[-4:],
        expires_on=said.expires_on[:7],
        payer_key=payer_key(said.payer),
    )
    note(charge.seller_id, "card", card_id, "kept", facts={"charge": str(charge.id)})
    return card_id


def card_to_charge(charge: Charge) -> Secret | None:
    """The provider's id of the kept card that a charge names, or None when it was removed meanwhile. Runs in the seller's block."""
    if charge.saved_card_id is None:
        return None
    row = SavedCard.objects.filter(seller_id=charge.seller_id, id=charge.saved_card_id, removed_at=None).first()
    return None if row is None else _reference(row)


def remove_card(*, seller_id: uuid.UUID, card_id: uuid.UUID) -> None:
    """Charges a card no more, from now on; CardRemoved has the provider forget it. Again changes nothing. Raises NotFound."""
    with acting_for(seller_id):
        row = SavedCard.objects.select_for_update().filter(seller_id=seller_id, id=card_id).first()
        if row is None:
            raise NotFound(card_id=str(card_id))
        if row.removed_at is not None:
            return
        now = current_instant()
        SavedCard.objects.filter(id=card_id).update(removed_at=now, next_look_at=now + LEASE)
        note(seller_id, "card", card_id, "removed")
        emit(CardRemoved(seller_id, card_id))


def forget_card(*, seller_id: uuid.UUID, card_id: uuid.UUID) -> bool:
    """Has the provider forget a removed card and empties our reference; says whether that is done. The sweep tries an outage again."""
    with acting_for(seller_id):
        row = SavedCard.objects.filter(seller_id=seller_id, id=card_id).first()
        if row is None or row.removed_at is None:
            return False
        if row.forgotten_at is not None:
            return True
        reference = _reference(row)
    try:
        provider_named(row.provider).forget_card(reference.reveal())
    except (ProviderDown, OutcomeUnknown):
        with acting_for(seller_id):
            at = current_instant() + backoff(row.troubles + 1)
            SavedCard.objects.filter(id=card_id, forgotten_at=None).update(troubles=row.troubles + 1, next_look_at=at)
        return False
    with acting_for(seller_id):
        gone = SavedCard.objects.filter(id=card_id, forgotten_at=None)
        if gone.update(forgotten_at=current_instant(), provider_card_sealed=b"", next_look_at=None):
            note(seller_id, "card", card_id, "forgotten")
    return True


def _reference(row: SavedCard) -> Secret:
    return unseal(bytes(row.provider_card_sealed), seller_id=row.seller_id, table=TABLE, row_id=row.id, column=COLUMN)
