"""A person becomes a seller."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.journey.accounts.models import Member, Seller


def open_seller(*, user_id: uuid.UUID, name: str, locale: str = "pt-BR") -> uuid.UUID:
    """Makes a seller owned by a person and returns its id. Who calls checks that the person has none yet."""
    seller_id = new_id()
    with acting_for(seller_id):
        Seller.objects.create(id=seller_id, seller_id=seller_id, name=name[:80], locale=locale)
        Member.objects.create(seller_id=seller_id, user_id=user_id, role=Member.OWNER)
        add_route(kind="member", key=str(user_id), seller_id=seller_id)
        record(
            seller_id=seller_id,
            actor=Actor("member", str(user_id)),
            verb="open_seller",
            object_kind="seller",
            object_id=seller_id,
        )
    return seller_id
