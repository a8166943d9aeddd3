"""The operator lets a suspended seller sell again."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Seller


def resume_seller(*, seller_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """Ends a suspension; nothing happens without one. Raises NotFound."""
    with acting_for(seller_id):
        row = Seller.objects.select_for_update().filter(id=seller_id).first()
        if row is None:
            raise NotFound
        if row.suspended_at is None:
            return
        row.suspended_at, row.suspended_reason = None, ""
        row.save(update_fields=["suspended_at", "suspended_reason"])
        record(seller_id=seller_id, actor=actor, verb="resume_seller", object_kind="seller", object_id=seller_id, reason=reason[:500])
