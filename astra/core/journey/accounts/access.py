"""The only way from an id in a request to what it names."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.journey.accounts.exports import ExportFacts, export_facts
from astra.core.journey.accounts.invitations import InvitationFacts, open_invitations
from astra.core.journey.accounts.team import MemberFacts, members


def access_export(seller_id: uuid.UUID, export_id: uuid.UUID) -> ExportFacts:
    """An export of this seller. Raises NotFound."""
    found = export_facts(seller_id, export_id)
    if found is None:
        raise NotFound(export_id=str(export_id))
    return found


def access_invitation(seller_id: uuid.UUID, invitation_id: uuid.UUID) -> InvitationFacts:
    """A seller's invitation that nobody has answered. Raises NotFound."""
    found = next((one for one in open_invitations(seller_id) if one.id == invitation_id), None)
    if found is None:
        raise NotFound(invitation_id=str(invitation_id))
    return found


def access_member(seller_id: uuid.UUID, person_id: uuid.UUID) -> MemberFacts:
    """Somebody of a seller's team. Raises NotFound."""
    found = next((one for one in members(seller_id) if one.person_id == person_id), None)
    if found is None:
        raise NotFound(person_id=str(person_id))
    return found
