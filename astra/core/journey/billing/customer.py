"""Whom an invoice is made out to."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.holder import open_holder
from astra.core.journey.accounts.models import Holder


@dataclass(frozen=True, slots=True)
class Customer:
    """A legal name with its CPF or CNPJ as digits. Personal: for the document alone, never for a log."""

    name: str
    kind: str
    document: str


def customer_at(seller_id: uuid.UUID, at: datetime.datetime) -> Customer | None:
    """The legal holder of a seller at a moment, or None where none was given by then. Later changes do not reach it."""
    with acting_for(seller_id):
        then = Holder.objects.filter(seller_id=seller_id, created_at__lte=at).filter(Q(replaced_at=None) | Q(replaced_at__gt=at))
        row = then.order_by("-created_at").first()
        if row is None:
            return None
        holder = open_holder(row)
        return Customer(holder.name, row.kind, holder.document.reveal())
