"""Invitations as others see them: a team's open ones, a person's own, and the one that a link names."""

import datetime
import hashlib
import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import RouteHit, find_route, find_routes
from astra.core.journey.accounts.models import Invitation
from astra.core.journey.accounts.queries import discord_id_of, person_names, seller_facts

LINK, WHOM = "invitation", "invitee"
DAYS_OPEN = 7


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """One invitation. ``state`` is open, expired, accepted, declined or withdrawn, weighed against the database's clock."""

    id: uuid.UUID
    seller_id: uuid.UUID
    seller_name: str
    kind: str
    address: str
    role: str
    invited_by: str
    state: str
    sent_at: datetime.datetime
    expires_at: datetime.datetime


def open_invitations(seller_id: uuid.UUID) -> list[InvitationFacts]:
    """A team's invitations that nobody has answered, expired ones too, the latest first."""
    with acting_for(seller_id):
        rows = list(Invitation.objects.filter(seller_id=seller_id, state=Invitation.OPEN).order_by("-sent_at"))
        return [_facts(row) for row in rows]


def invitations_for(user_id: uuid.UUID) -> list[InvitationFacts]:
    """The open invitations that a person may accept: to a confirmed address of his, or to his Discord account."""
    keys = sorted(identities_of(user_id))
    found = [_of(hit) for key in keys for hit in find_routes(WHOM, key)]
    return [one for one in found if one is not None and one.state == Invitation.OPEN]


def invitation_by_link(token: str) -> InvitationFacts | None:
    """The invitation that a link's word opens, over or not; None for a word that means nothing (any more)."""
    hit = find_route(LINK, hash_of(token))
    return _of(hit) if hit else None


def identities_of(user_id: uuid.UUID) -> set[str]:
    """What a person has proved to be: confirmed addresses, and the Discord account that he signs in with."""
    mails = EmailAddress.objects.filter(user_id=user_id, verified=True).values_list("email", flat=True)
    discord_id = discord_id_of(user_id)
    return {key_of(Invitation.EMAIL, one) for one in mails} | ({key_of(Invitation.DISCORD, discord_id)} if discord_id else set())


def key_of(kind: str, address: str) -> str:
    """An invitee as a route's key: an address of mail only as a hash."""
    return f"{kind}:{hash_of(address.strip().lower()) if kind == Invitation.EMAIL else address}"


def hash_of(text: str) -> str:
    """How a link's word is kept: 256 random bits need no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def _of(hit: RouteHit) -> InvitationFacts | None:
    with acting_for(hit.seller_id):
        row = Invitation.objects.filter(seller_id=hit.seller_id, id=hit.object_id).first() if hit.object_id else None
        return _facts(row) if row else None


def _facts(row: Invitation) -> InvitationFacts:
    state = "expired" if row.state == Invitation.OPEN and row.expires_at <= current_instant() else row.state
    who = person_names({str(row.invited_by)}).get(str(row.invited_by), "")
    shop = seller_facts(row.seller_id).name
    return InvitationFacts(row.id, row.seller_id, shop, row.kind, row.address, row.role, who, state, row.sent_at, row.expires_at)
