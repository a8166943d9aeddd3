"""Where a person works, and who works there with him."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.tenancy.acting import acting_for, reading_for
from astra.core.foundation.tenancy.route import find_routes
from astra.core.journey.accounts.models import Member
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.accounts.permissions import OWNER, ROLES
from astra.core.journey.accounts.queries import SellerFacts, seller_facts
from astra.core.journey.accounts.roster import places


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in one team; ``has_others`` when the person works elsewhere too."""

    seller: SellerFacts
    role: str
    has_others: bool = False


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Somebody of a team."""

    person_id: uuid.UUID
    name: str
    email: str
    role: str
    since_at: datetime.datetime


def place_of(user_id: uuid.UUID, wanted: uuid.UUID | None = None) -> Place | None:
    """Where a person works now: at ``wanted`` if he is in that team, else in the oldest of his teams; None without any.

    Read anew at every request: who was removed a moment ago finds no place.
    """
    ids = [hit.seller_id for hit in find_routes("member", str(user_id))]
    for seller_id in sorted(ids, key=lambda one: one != wanted):
        found = _place(user_id, seller_id, has_others=len(ids) > 1)
        if found is not None:
            return found
    return None


def places_of(user_id: uuid.UUID) -> list[Place]:
    """Every team of a person, the oldest first."""
    ids = [hit.seller_id for hit in find_routes("member", str(user_id))]
    found = [_place(user_id, seller_id, has_others=len(ids) > 1) for seller_id in ids]
    return [place for place in found if place is not None]


def members(seller_id: uuid.UUID) -> list[MemberFacts]:
    """A seller's team: the strongest role first, then by time."""
    with acting_for(seller_id):
        rows = list(Member.objects.filter(seller_id=seller_id).select_related("user"))
    return sorted((facts_of(row) for row in rows), key=lambda one: (ROLES.index(one.role), one.since_at))


def places_taken(seller_id: uuid.UUID) -> int:
    """How many places of a seller's team are taken, open invitations included."""
    with acting_for(seller_id):
        return places(seller_id)


def owners(seller_id: uuid.UUID) -> list[MemberFacts]:
    """The owners of a seller; there is always one."""
    return [one for one in members(seller_id) if one.role == OWNER]


def facts_of(row: Member) -> MemberFacts:
    """A member's row as others see it."""
    return MemberFacts(row.user_id, display_name(row.user), row.user.email, row.role, row.created_at)


def _place(user_id: uuid.UUID, seller_id: uuid.UUID, *, has_others: bool) -> Place | None:
    with reading_for(seller_id):
        role = Member.objects.filter(seller_id=seller_id, user_id=user_id).values_list("role", flat=True).first()
        return Place(seller_facts(seller_id), role, has_others) if role else None
