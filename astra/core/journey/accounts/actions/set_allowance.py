"""Writes the limits in force: the one door through which billing reaches the rest."""

import datetime
import uuid
from collections.abc import Sequence

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Allowance


def set_allowance(
    *,
    seller_id: uuid.UUID,
    plan_name: str,
    sells_until: datetime.datetime | None,
    max_instances: int,
    max_products: int,
    max_members: int = 1,
    fee_basis_points: int,
    engines: Sequence[str],
) -> None:
    """Replaces the limits of a seller. ``sells_until`` None means without end."""
    with acting_for(seller_id):
        Allowance.objects.update_or_create(
            seller_id=seller_id,
            defaults={
                "plan_name": plan_name,
                "sells_until": sells_until,
                "max_instances": max_instances,
                "max_products": max_products,
                "max_members": max_members,
                "fee_basis_points": fee_basis_points,
                "engines": list(engines),
            },
        )
