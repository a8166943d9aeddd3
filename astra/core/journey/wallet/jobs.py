"""The wallet's jobs: thin, safe to repeat."""

import uuid

from astra.core.foundation.jobs import job
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings


@job("wallet.book_earning")
def book_earning_job(*, seller_id: str, order_id: str, **_: str) -> None:
    """From OrderPaid."""
    book_earning(seller_id=uuid.UUID(seller_id), order_id=uuid.UUID(order_id))


@job("wallet.clear_earnings")
def clear_earnings_job(*, seller_id: str, **_: str) -> None:
    """By hand, or by whoever moved the clock; the sweep does it anyway."""
    clear_earnings(seller_id=uuid.UUID(seller_id))
