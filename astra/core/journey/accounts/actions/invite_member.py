"""A member asks somebody into the team."""

import datetime
import secrets
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route, drop_route
from astra.core.journey.accounts.actions.count_attempt import count_attempt
from astra.core.journey.accounts.actions.end_invitation import end_row
from astra.core.journey.accounts.actions.write_letter import write_to_address
from astra.core.journey.accounts.invitations import DAYS_OPEN, LINK, WHOM, hash_of, identities_of, key_of
from astra.core.journey.accounts.models import Invitation, Member, Seller, User
from astra.core.journey.accounts.models.user import display_name
from astra.core.journey.accounts.permissions import NotAllowed, governs
from astra.core.journey.accounts.roster import lock_team, require_room
from astra.core.journey.accounts.team_letters import invitation_letter

# Letters that a shop may send in an hour, and that one address may get in a day from all shops together.
PER_SELLER, PER_ADDRESS = 20, 5
HOUR, DAY = 3600, 86400


class TooManyInvitations(Failure):
    """The shop sent many, or the address was asked often. Nobody was invited."""

    label = "too_many_invitations"
    permanent = False
    text = _("Too many invitations were sent lately. This one was not sent and nothing else changed: try again later.")


class InvitedBefore(Failure):
    """There is an open invitation for the same address."""

    label = "invited_before"
    text = _("There is an open invitation for this one already. Nothing was sent: you can send it again from the list.")


class InTheTeam(Failure):
    """Whoever has this address is a member."""

    label = "in_the_team"
    text = _("Whoever this is belongs to the team already. Nothing was sent.")


def invite_member(*, seller_id: uuid.UUID, kind: str, address: str, role: str, actor: Actor) -> uuid.UUID:
    """Opens a place for ``address`` (``kind`` email or discord) for seven days and returns the invitation's id.

    An address of mail gets a letter with a link; the link's word is kept only as a hash and the letter's words are sealed. Who is
    invited by Discord finds it after signing in with that account. Raises NotAllowed for a role that the actor may not give,
    InTheTeam, InvitedBefore, TeamFull, TooManyInvitations.
    """
    address = address.strip().lower()
    with acting_for(seller_id):
        # Before anything is counted: who may not invite uses up nobody's letters.
        if not governs(lock_team(seller_id, actor), role):
            raise NotAllowed
    count_invitation(seller_id, kind, address)
    with acting_for(seller_id):
        if not governs(lock_team(seller_id, actor), role):
            raise NotAllowed
        _refuse_known(seller_id, kind, address)
        require_room(seller_id)
        now = current_instant()
        row = Invitation(seller_id=seller_id, kind=kind, address=address, role=role, invited_by=uuid.UUID(actor.id), sent_at=now)
        row.expires_at = now + datetime.timedelta(days=DAYS_OPEN)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as clash:
            raise InvitedBefore from clash
        add_route(kind=WHOM, key=key_of(kind, address), seller_id=seller_id, object_id=row.id)
        send_link(row)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="invite_member",
            object_kind="invitation",
            object_id=row.id,
            facts={"role": role, "kind": kind},
        )
    return row.id


def send_link(row: Invitation) -> None:
    """Gives an invitation by mail a new link and posts it, in the caller's block; the link before it opens nothing any more."""
    if row.kind != Invitation.EMAIL:
        return
    token = secrets.token_urlsafe(32)
    if row.token_hash:
        drop_route(kind=LINK, key=row.token_hash, seller_id=row.seller_id)
    row.token_hash = hash_of(token)
    row.save(update_fields=["token_hash"])
    add_route(kind=LINK, key=row.token_hash, seller_id=row.seller_id, object_id=row.id)
    seller = Seller.objects.get(id=row.seller_id)
    who = display_name(User.objects.get(id=row.invited_by))
    write_to_address(
        address=row.address,
        locale=seller.locale,
        letter=lambda: invitation_letter(shop=seller.name, who=who, role=row.role, token=token, until=row.expires_at),
    )


def count_invitation(seller_id: uuid.UUID, kind: str, address: str) -> None:
    """Counts one sending, outside any transaction. Raises TooManyInvitations."""
    allowed = [
        count_attempt("invite", str(seller_id), PER_SELLER, window_seconds=HOUR),
        count_attempt("invited", f"{kind}:{address}", PER_ADDRESS, window_seconds=DAY),
    ]
    if not all(allowed):
        raise TooManyInvitations


def _refuse_known(seller_id: uuid.UUID, kind: str, address: str) -> None:
    key = key_of(kind, address)
    for user_id in Member.objects.filter(seller_id=seller_id).values_list("user_id", flat=True):
        if key in identities_of(user_id):
            raise InTheTeam
    before = Invitation.objects.filter(seller_id=seller_id, kind=kind, address=address, state=Invitation.OPEN).first()
    if before is not None and before.expires_at > current_instant():
        raise InvitedBefore
    if before is not None:
        end_row(before, Invitation.WITHDRAWN)
