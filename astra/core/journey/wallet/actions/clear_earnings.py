"""What waited long enough becomes available."""

import uuid

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.models import Earning
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.ledger.queries import balances


def clear_earnings(*, seller_id: uuid.UUID) -> int:
    """Moves every due earning from pending to available; what the seller owes is paid off first. Returns how many moved."""
    with acting_for(seller_id):
        due = Earning.objects.select_for_update().filter(seller_id=seller_id, cleared_at=None, clears_at__lte=AstraNow())
        earnings = list(due.order_by("clears_at", "id"))
        for earning in earnings:
            owed = min(balances(seller_id, earning.currency)[AccountKind.SELLER_DEBT], earning.amount_minor)
            post(
                seller_id=seller_id,
                kind=TransferKind.CLEARING,
                key=str(earning.id),
                entries=[
                    Entry(AccountKind.WALLET_PENDING, earning.amount_minor),
                    Entry(AccountKind.SELLER_DEBT, -owed),
                    Entry(AccountKind.WALLET_AVAILABLE, owed - earning.amount_minor),
                ],
                currency=earning.currency,
                object_kind="order",
                object_id=earning.order_id,
            )
            Earning.objects.filter(id=earning.id).update(cleared_at=AstraNow())
    return len(earnings)
