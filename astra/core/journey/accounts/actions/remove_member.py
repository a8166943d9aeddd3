"""A member goes: removed by somebody who may, or by himself."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import drop_route
from astra.core.journey.accounts.actions.write_letter import write_letter
from astra.core.journey.accounts.models import Member
from astra.core.journey.accounts.permissions import OWNER, NotAllowed, governs
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.accounts.roster import lock_team, require_another_owner
from astra.core.journey.accounts.team_letters import removed_letter
from astra.core.journey.accounts.topics import Topic


def remove_member(*, seller_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """Takes somebody out of the team; the next request of that person finds no shop. What he did stays in the audit.

    Raises NotFound, NotAllowed, LastOwner.
    """
    with acting_for(seller_id):
        mine = lock_team(seller_id, actor)
        row = _row(seller_id, person_id)
        if not governs(mine, row.role):
            raise NotAllowed
        _take_out(row, "remove_member", actor)
        shop = seller_facts(seller_id).name
        write_letter(user_id=person_id, topic=Topic.TEAM, letter=lambda: removed_letter(shop=shop))


def leave_team(*, seller_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """A member leaves of his own will. Raises NotFound, LastOwner."""
    with acting_for(seller_id):
        actor = Actor("member", str(user_id))
        lock_team(seller_id, actor)
        _take_out(_row(seller_id, user_id), "leave_team", actor)


def _row(seller_id: uuid.UUID, person_id: uuid.UUID) -> Member:
    row = Member.objects.filter(seller_id=seller_id, user_id=person_id).first()
    if row is None:
        raise NotFound
    return row


def _take_out(row: Member, verb: str, actor: Actor) -> None:
    if row.role == OWNER:
        require_another_owner(row.seller_id, row.user_id)
    facts = {"role": row.role}
    row.delete()
    drop_route(kind="member", key=str(row.user_id), seller_id=row.seller_id)
    record(seller_id=row.seller_id, actor=actor, verb=verb, object_kind="member", object_id=row.user_id, facts=facts)
