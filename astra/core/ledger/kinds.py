"""The accounts of the book and the reasons for which money moves between them: two closed lists."""

import enum
from dataclasses import dataclass


class AccountKind(enum.StrEnum):
    """What an account counts. Each seller has at most one of a kind and currency."""

    PROVIDER_CASH = "provider_cash"
    WALLET_PENDING = "wallet_pending"
    WALLET_AVAILABLE = "wallet_available"
    WALLET_RESERVED = "wallet_reserved"
    WALLET_HELD = "wallet_held"
    SELLER_DEBT = "seller_debt"
    PLATFORM_FEE = "platform_fee"
    PARKED = "parked"
    WITHDRAWAL_FEE = "withdrawal_fee"
    PROVIDER_FEE = "provider_fee"
    PLAN_REVENUE = "plan_revenue"


class TransferKind(enum.StrEnum):
    """Why money moves. A key is unique within a seller and a kind."""

    SALE = "sale"
    PARKED = "parked"
    REFUND = "refund"
    CLEARING = "clearing"
    WITHDRAWAL = "withdrawal"
    WITHDRAWAL_REVERSAL = "withdrawal_reversal"
    WITHDRAWAL_PAID = "withdrawal_paid"
    UNPARKED = "unparked"
    HOLD = "hold"
    RELEASE_HOLD = "release_hold"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class AccountRule:
    """On which side an account grows (D: debits, C: credits) and how low its balance may go (None: any)."""

    normal_side: str
    min_balance: int | None


# The database has the same table in ledger_rule_of(); a test compares the two.
RULES: dict[AccountKind, AccountRule] = {
    AccountKind.PROVIDER_CASH: AccountRule("D", None),
    AccountKind.WALLET_PENDING: AccountRule("C", 0),
    AccountKind.WALLET_AVAILABLE: AccountRule("C", 0),
    AccountKind.WALLET_RESERVED: AccountRule("C", 0),
    AccountKind.WALLET_HELD: AccountRule("C", 0),
    AccountKind.SELLER_DEBT: AccountRule("D", 0),
    AccountKind.PLATFORM_FEE: AccountRule("C", None),
    AccountKind.PARKED: AccountRule("C", 0),
    AccountKind.WITHDRAWAL_FEE: AccountRule("C", None),
    AccountKind.PROVIDER_FEE: AccountRule("D", None),
    AccountKind.PLAN_REVENUE: AccountRule("C", None),
}
