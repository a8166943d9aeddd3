"""Writes to the owners what became of their money."""

import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.letter import Letter
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.wallet.letters import key_letter, withdrawal_letter
from astra.core.journey.wallet.models import PayoutKey, Withdrawal

# Steps between two of these are nobody's news.
TOLD = ("requested", "paid", "rejected", "failed", "returned")


def tell_key(*, seller_id: uuid.UUID, payout_key_id: uuid.UUID) -> int:
    """That another PIX key takes the place of one; the first one is no news. Returns how many letters were posted."""
    with acting_for(seller_id):
        key = PayoutKey.objects.filter(seller_id=seller_id, id=payout_key_id).first()
        if key is None or not PayoutKey.objects.filter(seller_id=seller_id).exclude(id=payout_key_id).exists():
            return 0
        return write_to_owners(seller_id=seller_id, topic=Topic.SECURITY, letter=lambda: key_letter(key), key=f"payout_key:{key.id}")


def tell_withdrawal(*, seller_id: uuid.UUID, withdrawal_id: uuid.UUID, state: str) -> int:
    """That a withdrawal came into a state which its owners have to know; returns how many letters were posted."""
    with acting_for(seller_id):
        row = Withdrawal.objects.filter(seller_id=seller_id, id=withdrawal_id).select_related("payout_key").first()
        if row is None or state not in TOLD or row.state != state:
            return 0

        def letter() -> Letter:
            found = withdrawal_letter(row, row.payout_key)
            assert found is not None  # TOLD are the states that have words
            return found

        return write_to_owners(seller_id=seller_id, topic=Topic.WALLET, letter=letter, key=f"withdrawal:{row.id}:{state}")
