"""What every change of a team begins with: one at a time, by somebody of the team, within the plan's room."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.journey.accounts.models import Invitation, Member, Seller
from astra.core.journey.accounts.permissions import OWNER, NotAllowed
from astra.core.journey.accounts.queries import allowance


class TeamFull(Failure):
    """The plan has no room for one more. ``most`` in ``facts`` is the limit in force."""

    label = "team_full"

    @property
    def most(self) -> int:
        """How many people the plan allows."""
        return int(str(self.facts["most"]))


class LastOwner(Failure):
    """Without this one the shop would belong to nobody."""

    label = "last_owner"
    text = _(
        "A shop needs an owner, and this is the only one. Nothing was changed: first hand the shop over or make somebody else an owner."
    )


def lock_team(seller_id: uuid.UUID, actor: Actor) -> str:
    """Makes changes of a team wait for one another until the transaction ends; returns the actor's role now.

    Raises NotAllowed for whoever is no member: two owners who remove each other at once leave one of them.
    """
    # The key stays: rows that point at the seller are written meanwhile.
    Seller.objects.select_for_update(no_key=True).get(id=seller_id)
    role = role_of(seller_id, uuid.UUID(actor.id)) if actor.kind == "member" else ""
    if not role:
        raise NotAllowed
    return role


def role_of(seller_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """A person's role in the block's team; empty for a stranger."""
    return Member.objects.filter(seller_id=seller_id, user_id=user_id).values_list("role", flat=True).first() or ""


def places(seller_id: uuid.UUID) -> int:
    """How many places of a team are taken, open invitations included; in the caller's block."""
    waiting = Invitation.objects.filter(seller_id=seller_id, state=Invitation.OPEN, expires_at__gt=current_instant())
    return Member.objects.filter(seller_id=seller_id).count() + waiting.count()


def require_room(seller_id: uuid.UUID) -> None:
    """Refuses one more invitation than the plan has room for. Raises TeamFull."""
    most = allowance(seller_id).max_members
    if places(seller_id) >= most:
        raise team_full(most)


def team_full(most: int) -> TeamFull:
    """The refusal in words."""
    text = _("The plan has room for %(most)s people in the team, open invitations included. Nobody was added.") % {"most": most}
    return TeamFull(text, most=most)


def require_another_owner(seller_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Refuses to take the last owner away. Raises LastOwner."""
    if not Member.objects.filter(seller_id=seller_id, role=OWNER).exclude(user_id=user_id).exists():
        raise LastOwner
