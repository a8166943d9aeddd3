from astra.core.payments.models.charge import Charge
from astra.core.payments.models.cursor import StatementCursor
from astra.core.payments.models.history import History
from astra.core.payments.models.payment import Payment
from astra.core.payments.models.payout import Payout
from astra.core.payments.models.refund import Refund
from astra.core.payments.models.saved_card import SavedCard

__all__ = ["Charge", "History", "Payment", "Payout", "Refund", "SavedCard", "StatementCursor"]
