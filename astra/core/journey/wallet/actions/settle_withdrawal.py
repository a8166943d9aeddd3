"""Payments says what became of a payout."""

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.actions.step_withdrawal import OBJECT_KIND, give_back, lock_withdrawal, step_withdrawal
from astra.core.journey.wallet.machine import State, Step
from astra.core.journey.wallet.models import Withdrawal
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments.purposes import PayoutSettled

STEPS = {"paid": Step.CONFIRM, "failed": Step.FAIL, "returned": Step.RETURN}
OUTCOMES = {"paid": State.PAID, "failed": State.FAILED, "returned": State.RETURNED, "unknown": State.UNKNOWN}
PROVIDER = Actor("provider")


def settle_withdrawal(payout_settled: PayoutSettled) -> None:
    """Writes the outcome of a withdrawal's payout into its state and the book, inside payments' transaction; repeating is safe.

    Paid: the money left. Failed, or sent back by the bank: it is available again, fee included. Unknown: it stays set apart and is
    never sent again. Raises NotFound, WrongStep.
    """
    with acting_for(payout_settled.seller_id):
        row = lock_withdrawal(payout_settled.seller_id, payout_settled.purpose_id)
        if row.payout_id != payout_settled.payout_id or row.state == OUTCOMES[payout_settled.outcome]:
            return
        was_paid = row.state == State.PAID
        if payout_settled.outcome == "unknown":
            step_withdrawal(row, Step.LOSE, PROVIDER)
            return
        step_withdrawal(row, STEPS[payout_settled.outcome], PROVIDER, settled_at=AstraNow())
        if payout_settled.outcome == "paid":
            _pay_out(row)
        else:
            give_back(row, was_paid=was_paid)


def _pay_out(row: Withdrawal) -> None:
    post(
        seller_id=row.seller_id,
        kind=TransferKind.WITHDRAWAL_PAID,
        key=str(row.id),
        entries=[
            Entry(AccountKind.WALLET_RESERVED, row.amount_minor),
            Entry(AccountKind.PROVIDER_CASH, row.fee_minor - row.amount_minor),
            Entry(AccountKind.WITHDRAWAL_FEE, -row.fee_minor),
        ],
        currency=row.currency,
        facts={"payout_id": str(row.payout_id)},
        object_kind=OBJECT_KIND,
        object_id=row.id,
    )
