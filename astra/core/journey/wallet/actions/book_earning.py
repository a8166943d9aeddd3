"""A sale becomes an earning with a date."""

import datetime
import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings
from astra.core.journey.wallet.models import Earning
from astra.core.journey.wallet.rules import policy
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.ledger.queries import transfer_lines_of


def book_earning(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> int:
    """Notes when the seller's part of an order's sale becomes available, by the hold in force now; returns how many were new.

    Safe to repeat: a sale is noted once, and keeps its date. Without a hold it is available at once.
    """
    rules = policy()
    new = 0
    with acting_for(seller_id):
        for line in transfer_lines_of(seller_id, "order", order_id):
            amount = line.change(AccountKind.WALLET_PENDING)
            if line.kind != TransferKind.SALE or amount <= 0:
                continue
            _, is_new = Earning.objects.get_or_create(
                seller_id=seller_id,
                transfer_id=line.id,
                defaults={
                    "order_id": order_id,
                    "amount_minor": amount,
                    "currency": line.currency,
                    "clears_at": line.at + datetime.timedelta(days=rules.hold_days),
                },
            )
            new += is_new
        if new:
            clear_earnings(seller_id=seller_id)
    return new
