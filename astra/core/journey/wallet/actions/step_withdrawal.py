"""One step of a withdrawal: state, history, news; and the way its money takes back."""

import uuid
from typing import Any

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.journey.wallet.events import WithdrawalMoved
from astra.core.journey.wallet.machine import State, Step, next_state
from astra.core.journey.wallet.models import Withdrawal, WithdrawalStep
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.ledger.queries import transfer_lines_of

OBJECT_KIND = "withdrawal"


def lock_withdrawal(seller_id: uuid.UUID, withdrawal_id: uuid.UUID) -> Withdrawal:
    """The withdrawal, locked until the transaction ends. Raises NotFound."""
    row = Withdrawal.objects.select_for_update().filter(seller_id=seller_id, id=withdrawal_id).first()
    if row is None:
        raise NotFound(withdrawal_id=str(withdrawal_id))
    return row


def step_withdrawal(row: Withdrawal, step: Step, actor: Actor, *, reason: str = "", **change: Any) -> None:
    """Takes a step of a locked withdrawal and writes it down. Raises WrongStep."""
    before, after = row.state, next_state(row.state, step)
    row.state, row.version = after.value, row.version + 1
    Withdrawal.objects.filter(id=row.id).update(state=row.state, version=row.version, **change)
    WithdrawalStep.objects.create(
        seller_id=row.seller_id,
        withdrawal=row,
        step=step.value,
        from_state=before,
        to_state=row.state,
        actor_kind=actor.kind,
        actor_id=actor.id,
        reason=reason[:300],
    )
    emit(WithdrawalMoved(row.seller_id, row.id, row.state))


def give_back(row: Withdrawal, *, was_paid: bool) -> None:
    """Books the money of a withdrawal back to available, once: what was set apart, or what the bank sent back, fee included."""
    asked = [line for line in transfer_lines_of(row.seller_id, OBJECT_KIND, row.id) if line.kind == TransferKind.WITHDRAWAL]
    if was_paid:
        entries = [
            Entry(AccountKind.PROVIDER_CASH, row.amount_minor - row.fee_minor),
            Entry(AccountKind.WITHDRAWAL_FEE, row.fee_minor),
            Entry(AccountKind.WALLET_AVAILABLE, -row.amount_minor),
        ]
    else:
        entries = [Entry(AccountKind.WALLET_RESERVED, row.amount_minor), Entry(AccountKind.WALLET_AVAILABLE, -row.amount_minor)]
    post(
        seller_id=row.seller_id,
        kind=TransferKind.WITHDRAWAL_REVERSAL,
        key=str(row.id),
        entries=entries,
        currency=row.currency,
        facts={"was_paid": was_paid, "state": State(row.state).value},
        object_kind=OBJECT_KIND,
        object_id=row.id,
        reverses=None if was_paid else asked[0].id,
    )
