"""A seller switches a coupon on or off."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Coupon


def switch_coupon(*, seller_id: uuid.UUID, coupon_id: uuid.UUID, active: bool, actor: Actor) -> None:
    """Lets a coupon be taken, or not, by orders to come; placed orders keep their discount. Raises NotFound."""
    with acting_for(seller_id):
        if not Coupon.objects.filter(id=coupon_id).update(active=active):
            raise NotFound
        record(
            seller_id=seller_id,
            actor=actor,
            verb="switch_coupon",
            object_kind="coupon",
            object_id=coupon_id,
            facts={"active": active},
        )
