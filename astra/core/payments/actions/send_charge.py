"""Has a charge made at the provider, once, however often it is tried."""

import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import ChargeRequest, OutcomeUnknown, ProviderCharge, ProviderDown, Refused
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.apply_reading import apply_reading, lock_charge
from astra.core.payments.actions.keep_card import card_to_charge
from astra.core.payments.actions.move import move
from astra.core.payments.actions.take_reading import close_unwanted, note_trouble
from astra.core.payments.events import ChargeFailed
from astra.core.payments.models import Charge
from astra.core.payments.schedule import LEASE, PATIENCE, backoff, look_at_charge
from astra.core.payments.transitions import CREATED, UNKNOWN


def send_charge(*, seller_id: uuid.UUID, charge_id: uuid.UUID) -> str:
    """Makes the charge and returns its state. Emits ChargeReady, or ChargeFailed when no code will come of it.

    A charge that may have been made already is first looked up by its reference and then made again under the same idempotency
    key. A provider that cannot be reached is tried for a minute. Outages are recorded, not raised. Raises NotFound.
    """
    charge, card = _claim(seller_id, charge_id)
    if charge.state not in (CREATED, UNKNOWN):
        return charge.state
    try:
        reading = _look_up_or_make(charge, card)
    except Refused as problem:
        return _give_up(charge, "refused", problem.code)
    except (ProviderDown, OutcomeUnknown) as problem:
        return _put_off(charge, isinstance(problem, OutcomeUnknown), problem.label)
    if reading is None:
        return _give_up(charge, "expired", "expired")
    state = apply_reading(seller_id=seller_id, charge_id=charge_id, reading=reading)
    try:
        return close_unwanted(seller_id=seller_id, charge_id=charge_id, provider_name=charge.provider, state=state, reading=reading)
    except (ProviderDown, OutcomeUnknown, Refused):
        note_trouble(seller_id, charge_id)  # given up while it was being made, and not closed yet: the janitor goes on
        return state


def _claim(seller_id: uuid.UUID, charge_id: uuid.UUID) -> tuple[Charge, Secret | None]:
    """The charge for this try, and the provider's id of the kept card that it charges."""
    card = None
    with acting_for(seller_id):
        charge = lock_charge(seller_id, charge_id)
        if charge.state in (CREATED, UNKNOWN):
            now = current_instant()
            if charge.attempts == 0 and charge.expires_at <= now:
                move(charge, "expired", next_look_at=None)
                emit(ChargeFailed(seller_id, charge_id, charge.purpose_kind, charge.purpose_id))
            else:
                Charge.objects.filter(id=charge_id).update(attempts=charge.attempts + 1, next_look_at=now + LEASE)
        if charge.saved_card_id is not None and charge.state in (CREATED, UNKNOWN):
            card = card_to_charge(charge)
    return charge, card


def _look_up_or_make(charge: Charge, card: Secret | None) -> ProviderCharge | None:
    """The charge at the provider; None when its time is over and it was never made. Raises Refused for a card that was removed."""
    provider = provider_named(charge.provider)
    if charge.attempts > 0:  # as it was before this try
        found = provider.charge_by_reference(str(charge.id))
        if found is not None:
            return found
        if charge.expires_at <= current_instant():
            return None
    if charge.saved_card_id is not None and card is None:
        raise Refused("card_removed")
    return provider.create_charge(
        ChargeRequest(
            reference=str(charge.id),
            amount_minor=charge.amount_minor,
            currency=charge.currency,
            description=charge.description,
            lives_seconds=max(1, round((charge.expires_at - charge.created_at).total_seconds())),
            payer_name=charge.payer_name,
            method="card" if charge.method == Charge.CARD else "pix",
            keep_card=charge.keep_card,
            card_id=card.reveal() if card is not None else "",
            return_url=charge.return_url,
        )
    )


def _put_off(charge: Charge, is_unknown: bool, code: str) -> str:
    with acting_for(charge.seller_id):
        row = lock_charge(charge.seller_id, charge.id)
        if row.state not in (CREATED, UNKNOWN):
            return row.state
        now = current_instant()
        if now - row.created_at < PATIENCE:
            if is_unknown:
                move(row, "lost", facts={"code": code})
            troubles = row.troubles + 1
            Charge.objects.filter(id=row.id).update(troubles=troubles, next_look_at=now + backoff(troubles))
            return row.state
    return _give_up(charge, "refused", code)


def _give_up(charge: Charge, event: str, code: str) -> str:
    with acting_for(charge.seller_id):
        row = lock_charge(charge.seller_id, charge.id)
        if row.state in (CREATED, UNKNOWN):
            # Nobody has seen a code. Should one exist after all, a later look finds it by reference and closes it.
            at = look_at_charge(made_at=row.created_at, expires_at=row.expires_at, now=current_instant())
            move(row, event, facts={"code": code}, failure_code=code[:64], next_look_at=at)
            emit(ChargeFailed(row.seller_id, row.id, row.purpose_kind, row.purpose_id))
    return row.state
