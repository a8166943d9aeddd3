"""Somebody who was invited comes into the team."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.journey.accounts.actions.end_invitation import InvitationOver, end_row, lock_invitation
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.invitations import identities_of, key_of
from astra.core.journey.accounts.models import Invitation, Member, Seller, User
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.accounts.permissions import governs
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.accounts.roster import role_of, team_full
from astra.core.journey.accounts.team_letters import joined_letter
from astra.core.journey.accounts.topics import Topic


class ForSomebodyElse(Failure):
    """Who is signed in did not prove to be the one who was invited. The invitation stays open."""

    label = "for_somebody_else"
    text = _("This invitation is for somebody else. It stays open: sign in with the account that it was sent to.")


def accept_invitation(*, seller_id: uuid.UUID, invitation_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Makes a person a member in the role of the invitation, once.

    The person has to have proved to be the invited one, by a confirmed address or by signing in with that Discord account: the link
    alone opens nothing. Who is a member already keeps his role. Raises NotFound, InvitationOver (also when whoever invited may not
    give this role any more), ForSomebodyElse, TeamFull.
    """
    with acting_for(seller_id):
        seller = Seller.objects.select_for_update(no_key=True).get(id=seller_id)
        row = lock_invitation(seller_id, invitation_id)
        if key_of(row.kind, row.address) not in identities_of(user_id):
            raise ForSomebodyElse
        if row.expires_at <= current_instant() or not governs(role_of(seller_id, row.invited_by), row.role):
            raise InvitationOver
        is_new = not role_of(seller_id, user_id)
        most = allowance(seller_id).max_members
        if is_new and Member.objects.filter(seller_id=seller_id).count() >= most:
            raise team_full(most)
        end_row(row, Invitation.ACCEPTED)
        if not is_new:
            return
        Member.objects.create(seller_id=seller_id, user_id=user_id, role=row.role)
        add_route(kind="member", key=str(user_id), seller_id=seller_id)
        facts = {"role": row.role, "invited_by": str(row.invited_by)}
        actor = Actor("member", str(user_id))
        record(seller_id=seller_id, actor=actor, verb="join_team", object_kind="member", object_id=user_id, facts=facts)
        who = display_name(User.objects.get(id=user_id))
        shop, role = seller.name, row.role
        write_to_owners(
            seller_id=seller_id,
            topic=Topic.TEAM,
            letter=lambda: joined_letter(shop=shop, who=who, role=role),
            key=f"joined:{row.id}",
        )
