from astra.core.ledger.models.account import Account
from astra.core.ledger.models.entry import Entry
from astra.core.ledger.models.transfer import Transfer

__all__ = ["Account", "Entry", "Transfer"]
