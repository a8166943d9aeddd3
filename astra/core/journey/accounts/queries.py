"""What others may know of accounts."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import find_route
from astra.core.journey.accounts.models import Allowance, Seller


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """A seller as other stages and screens see it."""

    id: uuid.UUID
    name: str
    locale: str
    currency: str
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class AllowanceFacts:
    """The limits in force. ``may_sell`` is already weighed against the database's clock and any suspension."""

    plan_name: str
    sells_until: datetime.datetime | None
    max_instances: int
    max_products: int
    fee_basis_points: int
    engines: tuple[str, ...]
    may_sell: bool


NO_ALLOWANCE = AllowanceFacts("", None, 0, 0, 0, (), False)


def seller_of(user_id: uuid.UUID) -> uuid.UUID | None:
    """The seller that a person works for, or None."""
    hit = find_route("member", str(user_id))
    return hit.seller_id if hit else None


def seller_facts(seller_id: uuid.UUID) -> SellerFacts:
    """One seller. Raises Seller.DoesNotExist for an unknown id."""
    with acting_for(seller_id):
        row = Seller.objects.get(id=seller_id)
    return SellerFacts(row.id, row.name, row.locale, row.currency, row.suspended_at is not None)


def allowance(seller_id: uuid.UUID) -> AllowanceFacts:
    """The limits of a seller now; ``NO_ALLOWANCE`` before a trial or plan."""
    with acting_for(seller_id):
        row = Allowance.objects.filter(seller_id=seller_id).first()
        if row is None:
            return NO_ALLOWANCE
        suspended = Seller.objects.filter(id=seller_id, suspended_at__isnull=False).exists()
        in_time = row.sells_until is None or row.sells_until > current_instant()
    return AllowanceFacts(
        row.plan_name,
        row.sells_until,
        row.max_instances,
        row.max_products,
        row.fee_basis_points,
        tuple(row.engines),
        in_time and not suspended,
    )
