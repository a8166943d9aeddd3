from astra.core.journey.accounts.models.allowance import Allowance
from astra.core.journey.accounts.models.attempt import Attempt
from astra.core.journey.accounts.models.closing import Closing
from astra.core.journey.accounts.models.export import Export, ExportPiece
from astra.core.journey.accounts.models.holder import Holder
from astra.core.journey.accounts.models.invitation import Invitation
from astra.core.journey.accounts.models.member import Member
from astra.core.journey.accounts.models.posted_letter import PostedLetter
from astra.core.journey.accounts.models.seller import Seller
from astra.core.journey.accounts.models.user import User

__all__ = ["Allowance", "Attempt", "Closing", "Export", "ExportPiece", "Holder", "Invitation", "Member", "PostedLetter", "Seller", "User"]
