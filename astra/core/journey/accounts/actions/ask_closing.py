"""A seller asks to leave, or stays after all."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.closing_letters import asked_letter, undone_letter
from astra.core.journey.accounts.closings import OPEN, hindrances
from astra.core.journey.accounts.models import Closing, Seller
from astra.core.journey.accounts.topics import Topic

DELAY = datetime.timedelta(days=7)


class SomethingInTheWay(Failure):
    """Money, goods or people still depend on this shop."""

    label = "something_in_the_way"
    text = _("Something has to be finished first: it is listed on this page. Nothing was changed.")


class NotLeaving(Failure):
    """There is nothing to undo."""

    label = "not_leaving"
    text = _("There is nothing to undo: the account is not being deleted, or it is too late.")


def ask_closing(*, seller_id: uuid.UUID, actor: Actor) -> datetime.datetime:
    """Begins a seller's way out and returns when it ends: seven days in which it can be undone and nothing new is sold.

    Asked again it changes nothing. Raises SomethingInTheWay.
    """
    with acting_for(seller_id):
        seller = Seller.objects.select_for_update().get(id=seller_id)
        under_way = Closing.objects.filter(seller_id=seller_id, state__in=OPEN).first()
        if under_way is not None:
            return under_way.due_at
        found = hindrances(seller_id)
        if found:
            raise SomethingInTheWay(found=[one.label for one in found])
        now = current_instant()
        due_at = now + DELAY
        row = Closing.objects.create(seller_id=seller_id, asked_by=uuid.UUID(actor.id), due_at=due_at, next_look_at=due_at)
        Seller.objects.filter(id=seller_id).update(leaving_at=now)
        record(seller_id=seller_id, actor=actor, verb="ask_closing", object_kind="seller", object_id=seller_id)
        write_to_owners(seller_id=seller_id, topic=Topic.ACCOUNT, letter=lambda: asked_letter(seller.name, due_at), key=f"closing:{row.id}")
    return due_at


def undo_closing(*, seller_id: uuid.UUID, actor: Actor) -> None:
    """Takes it back while nothing has ended. Raises NotLeaving."""
    with acting_for(seller_id):
        seller = Seller.objects.select_for_update().get(id=seller_id)
        row = Closing.objects.filter(seller_id=seller_id, state=Closing.ASKED).first()
        if row is None:
            raise NotLeaving
        Closing.objects.filter(id=row.id).update(state=Closing.UNDONE, ended_at=current_instant())
        Seller.objects.filter(id=seller_id).update(leaving_at=None)
        record(seller_id=seller_id, actor=actor, verb="undo_closing", object_kind="seller", object_id=seller_id)
        write_to_owners(seller_id=seller_id, topic=Topic.ACCOUNT, letter=lambda: undone_letter(seller.name), key=f"undone:{row.id}")
