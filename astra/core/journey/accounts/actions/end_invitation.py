"""An invitation is taken back, or turned down."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import drop_route
from astra.core.journey.accounts.invitations import LINK, WHOM, identities_of, key_of
from astra.core.journey.accounts.models import Invitation
from astra.core.journey.accounts.permissions import NotAllowed, governs
from astra.core.journey.accounts.roster import lock_team


class InvitationOver(Failure):
    """It was accepted, turned down, taken back or has expired; each opens once."""

    label = "invitation_over"
    text = _("This invitation is over: it was used, taken back or has expired. Nothing was changed. Ask the team for a new one.")


def withdraw_invitation(*, seller_id: uuid.UUID, invitation_id: uuid.UUID, actor: Actor) -> None:
    """Takes an open invitation back; its link opens nothing any more. Raises NotFound, NotAllowed, InvitationOver."""
    with acting_for(seller_id):
        mine = lock_team(seller_id, actor)
        row = lock_invitation(seller_id, invitation_id)
        if not governs(mine, row.role):
            raise NotAllowed
        end_row(row, Invitation.WITHDRAWN)
        _write_down(row, "withdraw_invitation", actor)


def decline_invitation(*, seller_id: uuid.UUID, invitation_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Turns an invitation down. Raises NotFound for whoever it is not for, InvitationOver."""
    with acting_for(seller_id):
        row = lock_invitation(seller_id, invitation_id)
        if key_of(row.kind, row.address) not in identities_of(user_id):
            raise NotFound
        end_row(row, Invitation.DECLINED)
        _write_down(row, "decline_invitation", Actor("member", str(user_id)))


def lock_invitation(seller_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """An open invitation of the block's seller, locked. Raises NotFound, InvitationOver."""
    row = Invitation.objects.select_for_update().filter(seller_id=seller_id, id=invitation_id).first()
    if row is None:
        raise NotFound
    if row.state != Invitation.OPEN:
        raise InvitationOver
    return row


def end_row(row: Invitation, state: str) -> None:
    """Ends an invitation and forgets where its keys lead, in the caller's block."""
    row.state, row.ended_at = state, current_instant()
    row.save(update_fields=["state", "ended_at"])
    drop_route(kind=WHOM, key=key_of(row.kind, row.address), seller_id=row.seller_id)
    if row.token_hash:
        drop_route(kind=LINK, key=row.token_hash, seller_id=row.seller_id)


def _write_down(row: Invitation, verb: str, actor: Actor) -> None:
    facts = {"role": row.role, "kind": row.kind}
    record(seller_id=row.seller_id, actor=actor, verb=verb, object_kind="invitation", object_id=row.id, facts=facts)
