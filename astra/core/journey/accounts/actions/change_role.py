"""A member gets another role."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_letter
from astra.core.journey.accounts.models import Member
from astra.core.journey.accounts.permissions import OWNER, NotAllowed, governs
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.accounts.roster import lock_team, require_another_owner
from astra.core.journey.accounts.team_letters import role_letter
from astra.core.journey.accounts.topics import Topic


def change_role(*, seller_id: uuid.UUID, person_id: uuid.UUID, role: str, actor: Actor) -> None:
    """Gives a member another role, in force from the next request on. Raises NotFound, NotAllowed, LastOwner.

    Both the role that the member has and the new one have to be roles that the actor may give.
    """
    with acting_for(seller_id):
        mine = lock_team(seller_id, actor)
        row = Member.objects.filter(seller_id=seller_id, user_id=person_id).first()
        if row is None:
            raise NotFound
        if not governs(mine, row.role) or not governs(mine, role):
            raise NotAllowed
        if row.role == role:
            return
        if row.role == OWNER:
            require_another_owner(seller_id, person_id)
        facts = {"before": row.role, "role": role}
        row.role = role
        row.save(update_fields=["role"])
        record(seller_id=seller_id, actor=actor, verb="change_role", object_kind="member", object_id=person_id, facts=facts)
        if str(person_id) != actor.id:
            shop = seller_facts(seller_id).name
            write_letter(user_id=person_id, topic=Topic.TEAM, letter=lambda: role_letter(shop=shop, role=role))
