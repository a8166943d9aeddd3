"""Asks the provider how a charge stands and applies the answer."""

import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, ProviderCharge
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.apply_reading import apply_reading
from astra.core.payments.models import Charge
from astra.core.payments.schedule import backoff, look_at_charge
from astra.core.payments.transitions import CANCELLED, EXPIRED, REJECTED


def take_reading(*, seller_id: uuid.UUID, charge_id: uuid.UUID) -> str:
    """Re-reads a charge outside any transaction, applies it in one, and returns the charge's state.

    What fails is tried again by the janitor, at growing distances and without end. Raises NotFound, the port's failures and
    whatever the purpose raises; then nothing was applied.
    """
    with acting_for(seller_id):
        charge = Charge.objects.filter(seller_id=seller_id, id=charge_id).first()
    if charge is None:
        raise NotFound(charge_id=str(charge_id))
    try:
        provider = provider_named(charge.provider)
        reading = provider.charge(charge.provider_id) if charge.provider_id else provider.charge_by_reference(str(charge.id))
        if reading is None:
            return _look_later(charge)
        state = apply_reading(seller_id=seller_id, charge_id=charge_id, reading=reading)
        return close_unwanted(seller_id=seller_id, charge_id=charge_id, provider_name=charge.provider, state=state, reading=reading)
    except Exception:
        note_trouble(seller_id, charge_id)
        raise


def close_unwanted(*, seller_id: uuid.UUID, charge_id: uuid.UUID, provider_name: str, state: str, reading: ProviderCharge) -> str:
    """Cancels a code at the provider that still takes money although nobody wants it any more; returns the charge's state.

    So ends a charge whose making was confirmed only after it was given up. Raises the port's failures.
    """
    if reading.status != "pending" or state not in (CANCELLED, EXPIRED, REJECTED):
        return state
    provider = provider_named(provider_name)
    try:
        closed = provider.cancel_charge(reading.provider_id)
    except OutcomeUnknown:
        found = provider.charge(reading.provider_id)
        if found is None or found.status == "pending":
            raise
        closed = found
    return apply_reading(seller_id=seller_id, charge_id=charge_id, reading=closed)


def note_trouble(seller_id: uuid.UUID, charge_id: uuid.UUID) -> None:
    """Puts off the next look at a charge that could not be read or applied: 5 s, doubled up to ten minutes."""
    with acting_for(seller_id):
        charge = Charge.objects.select_for_update().filter(seller_id=seller_id, id=charge_id).first()
        if charge is not None:
            troubles = charge.troubles + 1
            Charge.objects.filter(id=charge.id).update(troubles=troubles, next_look_at=current_instant() + backoff(troubles))


def _look_later(charge: Charge) -> str:
    with acting_for(charge.seller_id):
        now = current_instant()
        at = look_at_charge(made_at=charge.created_at, expires_at=charge.expires_at, now=now)
        Charge.objects.filter(id=charge.id).update(next_look_at=at)
    return charge.state
