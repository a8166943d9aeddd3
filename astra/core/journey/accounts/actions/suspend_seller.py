"""The operator stops a seller from taking new orders; what was paid is still delivered."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Seller


def suspend_seller(*, seller_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """Suspends a seller, keeping the reason; a second time only the reason changes. Raises NotFound."""
    with acting_for(seller_id):
        row = Seller.objects.select_for_update().filter(id=seller_id).first()
        if row is None:
            raise NotFound
        row.suspended_at = row.suspended_at or current_instant()
        row.suspended_reason = reason[:200]
        row.save(update_fields=["suspended_at", "suspended_reason"])
        record(seller_id=seller_id, actor=actor, verb="suspend_seller", object_kind="seller", object_id=seller_id, reason=reason[:500])
