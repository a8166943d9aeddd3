"""Takes a seller who is leaving one step further."""

import datetime
import uuid

import structlog

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.leaving import leaving_stages
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.closing_letters import erased_letter, waiting_letter
from astra.core.journey.accounts.closings import OPEN, hindrances
from astra.core.journey.accounts.models import Closing, Seller
from astra.core.journey.accounts.topics import Topic

log = structlog.get_logger("astra.leaving")

LOOK_AGAIN = datetime.timedelta(hours=1)
NEXT_STEP = datetime.timedelta(minutes=1)
# A bot or a message that does not go by then stays where it is: the token is forgotten all the same.
PATIENCE = datetime.timedelta(hours=1)


def close_seller(*, seller_id: uuid.UUID) -> str:
    """Does what is due of a seller's way out and returns the state: winds down when the day came, erases when all has ended.

    What came in the way since is told to the owners, and looked at again every hour. Safe to repeat, and to be cut off anywhere:
    what runs outside is ended first and asked about, the erasure is one transaction.
    """
    state = _begin(seller_id)
    if state != Closing.WINDING_DOWN:
        return state
    all_ended = all(stage.wind_down(seller_id) for stage in leaving_stages() if stage.wind_down)
    return _erase(seller_id, all_ended)


def _begin(seller_id: uuid.UUID) -> str:
    with acting_for(seller_id):
        row, now = _locked(seller_id)
        if row is None:
            return ""
        if row.next_look_at > now:
            return row.state if row.state == Closing.ASKED else ""
        Closing.objects.filter(id=row.id).update(next_look_at=now + NEXT_STEP)
        if row.state == Closing.ASKED:
            if _waits(row, now):
                return Closing.ASKED
            Closing.objects.filter(id=row.id).update(state=Closing.WINDING_DOWN, wound_down_from=now, hindrance="")
            record(seller_id=seller_id, actor=Actor.system("leaving"), verb="wind_down_seller", object_kind="seller", object_id=seller_id)
    return Closing.WINDING_DOWN


def _erase(seller_id: uuid.UUID, all_ended: bool) -> str:
    with acting_for(seller_id):
        row, now = _locked(seller_id)
        if row is None or row.wound_down_from is None:
            return ""
        if not all_ended and row.wound_down_from + PATIENCE > now:
            return Closing.WINDING_DOWN
        if _waits(row, now):
            return Closing.WINDING_DOWN
        shop = Seller.objects.get(id=seller_id).name
        write_to_owners(seller_id=seller_id, topic=Topic.ACCOUNT, letter=lambda: erased_letter(shop), key=f"erased:{row.id}")
        for stage in leaving_stages():
            if stage.erase:
                stage.erase(seller_id)
        Closing.objects.filter(id=row.id).update(state=Closing.ERASED, ended_at=now)
        record(
            seller_id=seller_id,
            actor=Actor.system("leaving"),
            verb="erase_seller",
            object_kind="seller",
            object_id=seller_id,
            facts={"asked_by": str(row.asked_by), "all_ended": all_ended},
        )
    log.info("seller.erased", seller_id=str(seller_id), all_ended=all_ended)
    return Closing.ERASED


def _locked(seller_id: uuid.UUID) -> tuple[Closing | None, datetime.datetime]:
    return Closing.objects.select_for_update().filter(seller_id=seller_id, state__in=OPEN).first(), current_instant()


def _waits(row: Closing, now: datetime.datetime) -> bool:
    """Whether something is in the way now; the owners are told once of each."""
    found = hindrances(row.seller_id)
    if not found:
        return False
    first = found[0]
    Closing.objects.filter(id=row.id).update(hindrance=first.label, next_look_at=now + LOOK_AGAIN)
    shop = Seller.objects.get(id=row.seller_id).name
    write_to_owners(
        seller_id=row.seller_id,
        topic=Topic.ACCOUNT,
        letter=lambda: waiting_letter(shop, str(first.text)),
        key=f"closing_waits:{row.id}:{first.label}",
    )
    return True
