"""The book when a seller leaves: all of it goes along, nothing of it is erased (it holds amounts and ids, and the law wants it)."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.leaving import Part, rows_of
from astra.core.ledger.models import Account, Entry, Transfer


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Accounts, transfers, entries."""
    yield Part("ledger_accounts", _("The accounts of the book and their balances."), rows_of(Account))
    yield Part("ledger_transfers", _("Every posting: what moved money, and why."), rows_of(Transfer))
    yield Part("ledger_entries", _("The two sides of every posting."), rows_of(Entry))
