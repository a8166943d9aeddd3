"""The owner hands the shop over."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_letter
from astra.core.journey.accounts.models import Member, User
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.accounts.permissions import MANAGER, OWNER, NotAllowed
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.accounts.roster import lock_team
from astra.core.journey.accounts.team_letters import handed_over_letter
from astra.core.journey.accounts.topics import Topic


def hand_over_shop(*, seller_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """Makes another member the owner and the one who hands over a manager, in one step; both are told by letter.

    Whoever calls has just proved to be there. Raises NotFound for who is no member, NotAllowed for who is no owner.
    """
    with acting_for(seller_id):
        if lock_team(seller_id, actor) != OWNER:
            raise NotAllowed
        row = Member.objects.filter(seller_id=seller_id, user_id=person_id).exclude(user_id=actor.id).first()
        if row is None:
            raise NotFound
        facts = {"before": row.role}
        Member.objects.filter(id=row.id).update(role=OWNER)
        Member.objects.filter(seller_id=seller_id, user_id=actor.id).update(role=MANAGER)
        record(seller_id=seller_id, actor=actor, verb="hand_over_shop", object_kind="member", object_id=person_id, facts=facts)
        shop = seller_facts(seller_id).name
        names = [display_name(User.objects.get(id=one)) for one in (actor.id, person_id)]
        for user_id in (uuid.UUID(actor.id), person_id):
            write_letter(user_id=user_id, topic=Topic.SECURITY, letter=lambda: handed_over_letter(shop=shop, before=names[0], now=names[1]))
