"""Deliveries when a seller leaves: all goes along; what was bound and seen stays as history, without any text of the goods."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.leaving import Part, rows_of
from astra.core.journey.delivery.models import DeliveredItem, Delivery, Notice, Reveal


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Deliveries, the items bound to them, the notices to buyers, when buyers opened them."""
    yield Part("deliveries", _("The way of each line to its buyer."), rows_of(Delivery))
    yield Part("deliveries_items", _("Which item belongs to which delivery."), rows_of(DeliveredItem))
    yield Part("deliveries_notices", _("What buyers were told."), rows_of(Notice, hide=["fence", "lease_until", "woken_at"]))
    yield Part("deliveries_reveals", _("When buyers opened what they bought."), rows_of(Reveal))
