from astra.core.journey.wallet.models.earning import Earning
from astra.core.journey.wallet.models.payout_key import PayoutKey
from astra.core.journey.wallet.models.policy import WithdrawalPolicy
from astra.core.journey.wallet.models.withdrawal import Withdrawal, WithdrawalStep

__all__ = ["Earning", "PayoutKey", "Withdrawal", "WithdrawalPolicy", "WithdrawalStep"]
