"""The only way from an id in a request to a withdrawal."""

import uuid

from astra.core.journey.wallet.queries import WithdrawalFacts, withdrawal_facts


def access_withdrawal(seller_id: uuid.UUID, withdrawal_id: uuid.UUID) -> WithdrawalFacts:
    """A withdrawal of this seller. Raises NotFound."""
    return withdrawal_facts(seller_id, withdrawal_id)
