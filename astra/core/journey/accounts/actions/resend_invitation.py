"""An invitation is sent once more."""

import datetime
import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.end_invitation import lock_invitation
from astra.core.journey.accounts.actions.invite_member import count_invitation, send_link
from astra.core.journey.accounts.invitations import DAYS_OPEN
from astra.core.journey.accounts.models import Invitation
from astra.core.journey.accounts.permissions import NotAllowed, governs
from astra.core.journey.accounts.roster import lock_team, require_room


def resend_invitation(*, seller_id: uuid.UUID, invitation_id: uuid.UUID, actor: Actor) -> None:
    """Gives an open invitation seven more days and, by mail, a new link in place of the old one.

    Whoever sends it again answers for it from now on. Raises NotFound, NotAllowed, InvitationOver, TeamFull (an expired one holds
    no place), TooManyInvitations.
    """
    with acting_for(seller_id):
        known = Invitation.objects.filter(seller_id=seller_id, id=invitation_id).first()
    if known is None:
        raise NotFound
    count_invitation(seller_id, known.kind, known.address)
    with acting_for(seller_id):
        mine = lock_team(seller_id, actor)
        row = lock_invitation(seller_id, invitation_id)
        if not governs(mine, row.role):
            raise NotAllowed
        now = current_instant()
        if row.expires_at <= now:
            require_room(seller_id)
        row.invited_by, row.sent_at, row.expires_at = uuid.UUID(actor.id), now, now + datetime.timedelta(days=DAYS_OPEN)
        row.save(update_fields=["invited_by", "sent_at", "expires_at"])
        send_link(row)
        facts = {"role": row.role, "kind": row.kind}
        record(seller_id=seller_id, actor=actor, verb="resend_invitation", object_kind="invitation", object_id=row.id, facts=facts)
