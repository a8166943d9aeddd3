"""The wallet's jobs: thin, safe to repeat."""

import uuid

from astra.core.foundation.jobs import job
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings
from astra.core.journey.wallet.actions.tell_owners import tell_key, tell_withdrawal


@job("wallet.book_earning")
def book_earning_job(*, seller_id: str, order_id: str, **_: str) -> None:
    """From OrderPaid."""
    book_earning(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("wallet.clear_earnings")
def clear_earnings_job(*, seller_id: str, **_: str) -> None:
    """By hand, or by whoever moved the clock; the sweep does it anyway."""
    clear_earnings(seller_id=uuid.UUID(seller_id))


@job("wallet.tell_key")
def tell_key_job(*, seller_id: str, payout_key_id: str, **_: str) -> None:
    """From PayoutKeyChanged."""
    tell_key(seller_id=uuid.UUID(seller_id), payout_key_id=uuid.UUID(payout_key_id))


@job("wallet.tell_withdrawal")
def tell_withdrawal_job(*, seller_id: str, withdrawal_id: str, state: str = "requested", **_: str) -> None:
    """From WithdrawalRequested and WithdrawalMoved."""
    tell_withdrawal(seller_id=uuid.UUID(seller_id), withdrawal_id=uuid.UUID(withdrawal_id), state=state)
