"""A seller asks for the own data; or the product does, before it puts a shop away."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Export, Seller

A_DAY = datetime.timedelta(days=1)
PER_DAY = 5


class TooManyExports(Failure):
    """Enough for one day."""

    label = "too_many_exports"
    text = _("You asked for several exports today. Those that are ready can still be downloaded; ask for another one tomorrow.")


def request_export(*, seller_id: uuid.UUID, actor: Actor, with_secrets: bool = False, keep_days: int = 2) -> uuid.UUID:
    """Has a job make an export, to be downloaded for ``keep_days`` once it is ready; returns its id.

    One that is being made already, of the same kind, is that one. ``with_secrets`` needs a proof of presence first. Raises
    TooManyExports after five in a day.
    """
    with acting_for(seller_id):
        Seller.objects.select_for_update().get(id=seller_id)
        under_way = Export.objects.filter(seller_id=seller_id, state=Export.ASKED, with_secrets=with_secrets).first()
        if under_way is not None:
            return under_way.id
        recent = Export.objects.filter(seller_id=seller_id, created_at__gt=current_instant() - A_DAY).exclude(asked_by=None)
        if actor.kind == "member" and recent.count() >= PER_DAY:
            raise TooManyExports
        asked_by = uuid.UUID(actor.id) if actor.kind == "member" else None
        row = Export.objects.create(seller_id=seller_id, asked_by=asked_by, with_secrets=with_secrets, keep_days=keep_days)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="request_export",
            object_kind="export",
            object_id=row.id,
            facts={"with_secrets": with_secrets},
        )
        enqueue("accounts.make_export", seller_id=seller_id, export_id=row.id)
    return row.id
