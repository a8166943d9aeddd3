"""Closes a charge: at the provider first, because only the provider knows whether it was paid meanwhile."""

import uuid
from typing import Literal

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, ProviderCharge
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.apply_reading import apply_reading, lock_charge
from astra.core.payments.actions.move import move
from astra.core.payments.models import Charge, Payment
from astra.core.payments.schedule import look_at_charge
from astra.core.payments.transitions import CANCELLED, CREATED, EXPIRED, PENDING, REJECTED, UNKNOWN

Outcome = Literal["cancelled", "paid"]


def cancel_charge(*, seller_id: uuid.UUID, charge_id: uuid.UUID) -> Outcome:
    """Cancels at the provider, outside any transaction, and says how it ended.

    ``"paid"``: it was paid before; the purpose has taken the payment (its ``apply`` ran before this returns). ``"cancelled"``: the
    purpose may let go; also when money of a wrong amount came, which is parked and goes back by itself. A code that is paid
    after that is handed to the purpose as late money. Raises NotFound, ProviderDown, OutcomeUnknown (then nothing is decided:
    ask again).
    """
    with acting_for(seller_id):
        charge = lock_charge(seller_id, charge_id)
        if charge.state == CREATED and charge.attempts == 0:
            move(charge, "cancelled", next_look_at=None)  # the provider never heard of it, and will not
        if charge.attempts == 0 or charge.state not in (CREATED, UNKNOWN, PENDING, EXPIRED):
            return _outcome(charge)
    reading = _cancel_at_provider(charge)
    if reading is None:
        return _cancel_unmade(charge)
    apply_reading(seller_id=seller_id, charge_id=charge_id, reading=reading)
    with acting_for(seller_id):
        return _outcome(Charge.objects.get(id=charge_id))


def _cancel_at_provider(charge: Charge) -> ProviderCharge | None:
    provider = provider_named(charge.provider)
    provider_id = charge.provider_id
    if not provider_id:
        found = provider.charge_by_reference(str(charge.id))
        if found is None:
            return None
        provider_id = found.provider_id
    try:
        return provider.cancel_charge(provider_id)
    except OutcomeUnknown:
        reading = provider.charge(provider_id)
        if reading is None or reading.status == "pending":
            raise
        return reading


def _cancel_unmade(charge: Charge) -> Outcome:
    """Not there, but it may be on its way: the janitor closes it when it appears."""
    with acting_for(charge.seller_id):
        row = lock_charge(charge.seller_id, charge.id)
        if row.state in (CREATED, UNKNOWN):
            at = look_at_charge(made_at=row.created_at, expires_at=row.expires_at, now=current_instant())
            move(row, "cancelled", next_look_at=at)
        elif row.state == PENDING:
            raise OutcomeUnknown(charge_id=str(row.id))  # it was made just now, by somebody else: ask again
        return _outcome(row)


def _outcome(charge: Charge) -> Outcome:
    if charge.state in (CANCELLED, REJECTED, EXPIRED):
        return "cancelled"
    first = Payment.objects.filter(seller_id=charge.seller_id, charge=charge).order_by("id").first()
    if first is None:
        raise OutcomeUnknown(charge_id=str(charge.id))
    taken = first.state == Payment.APPLIED or first.reason == Payment.NOT_TAKEN
    return "paid" if taken else "cancelled"
