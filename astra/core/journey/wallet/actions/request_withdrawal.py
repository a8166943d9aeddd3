"""A seller asks for money."""

import uuid

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.money import format_money
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_holder import fix_holder, set_holder
from astra.core.journey.accounts.holder import holder_in_force
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings
from astra.core.journey.wallet.actions.step_withdrawal import OBJECT_KIND
from astra.core.journey.wallet.destination import open_key
from astra.core.journey.wallet.events import WithdrawalRequested
from astra.core.journey.wallet.machine import State
from astra.core.journey.wallet.models import PayoutKey, Withdrawal, WithdrawalStep
from astra.core.journey.wallet.rules import policy
from astra.core.ledger.actions.post import Entry, Overdrawn, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.ledger.queries import balances


class NoPayoutKey(Failure):
    """There is no PIX key yet. Nothing was moved."""

    label = "no_payout_key"
    text = _("Register your PIX key first: withdrawals go to it. Nothing was moved.")


class KeyNotUsableYet(Failure):
    """The PIX key was registered a moment ago. Nothing was moved."""

    label = "key_not_usable_yet"
    text = _("Your PIX key is new: for your safety it can be used only after the waiting time shown beside it. Nothing was moved.")


class KeyOfAnotherHolder(Failure):
    """The PIX key is of who was the holder before. Nothing was moved."""

    label = "key_of_another_holder"
    text = _("Your PIX key belongs to another document than the legal holder of the shop. Register a key of the holder. Nothing was moved.")


class BelowMinimum(Failure):
    """Less than the policy's minimum. Nothing was moved."""

    label = "below_minimum"


class NotEnough(Failure):
    """More than is available, debts settled. Nothing was moved."""

    label = "not_enough"
    text = _("There is not that much available now. Nothing was moved: choose a smaller amount, or wait until more clears.")


def request_withdrawal(*, seller_id: uuid.UUID, amount_minor: int, actor: Actor) -> uuid.UUID:
    """Sets money apart for a withdrawal to the registered key and returns its id; the operator reviews it.

    ``amount_minor`` leaves the wallet; the policy's fee is taken from it. What the seller owes is settled first. Raises
    NoPayoutKey, KeyNotUsableYet, KeyOfAnotherHolder, BelowMinimum, NotEnough; in none of these cases anything moved.
    """
    rules = policy()
    currency = seller_facts(seller_id).currency
    if amount_minor < max(rules.minimum_minor, rules.fee_minor + 1):
        least = format_money(max(rules.minimum_minor, rules.fee_minor + 1), currency, get_language() or "pt-BR")
        raise BelowMinimum(_("The smallest withdrawal is %(least)s. Nothing was moved.") % {"least": least}, least=least)
    try:
        with acting_for(seller_id):
            key = PayoutKey.objects.filter(seller_id=seller_id, replaced_at=None).first()
            if key is None:
                raise NoPayoutKey
            if key.usable_at > current_instant():
                raise KeyNotUsableYet(usable_at=key.usable_at.isoformat())
            _belongs_to_the_holder(key)
            clear_earnings(seller_id=seller_id)
            row = Withdrawal.objects.create(
                seller_id=seller_id,
                amount_minor=amount_minor,
                fee_minor=rules.fee_minor,
                currency=currency,
                payout_key=key,
            )
            _settle_debt(row)
            _set_apart(row)
            _write_down(row, actor)
    except Overdrawn as refusal:
        raise NotEnough(amount_minor=amount_minor) from refusal
    return row.id


def _belongs_to_the_holder(key: PayoutKey) -> None:
    """From the first withdrawal on, the holder stays who it is. Raises KeyOfAnotherHolder."""
    known, holder = open_key(key), holder_in_force(key.seller_id)
    if holder is None:  # a key from before holders were kept
        owner = Actor.system("wallet")
        set_holder(seller_id=key.seller_id, name=known.holder_name, document=known.holder_document.reveal(), actor=owner)
    elif holder.document.reveal() != known.holder_document.reveal():
        raise KeyOfAnotherHolder
    fix_holder(seller_id=key.seller_id)


def _settle_debt(row: Withdrawal) -> None:
    found = balances(row.seller_id, row.currency)
    owed = min(found[AccountKind.SELLER_DEBT], found[AccountKind.WALLET_AVAILABLE])
    if owed:
        post(
            seller_id=row.seller_id,
            kind=TransferKind.CLEARING,
            key=f"debt:{row.id}",
            entries=[Entry(AccountKind.WALLET_AVAILABLE, owed), Entry(AccountKind.SELLER_DEBT, -owed)],
            currency=row.currency,
            facts={"debt": True},
            object_kind=OBJECT_KIND,
            object_id=row.id,
        )


def _set_apart(row: Withdrawal) -> None:
    # The account's own minimum refuses what is not there: of two at once, the second finds the first one's amount gone.
    post(
        seller_id=row.seller_id,
        kind=TransferKind.WITHDRAWAL,
        key=str(row.id),
        entries=[Entry(AccountKind.WALLET_AVAILABLE, row.amount_minor), Entry(AccountKind.WALLET_RESERVED, -row.amount_minor)],
        currency=row.currency,
        object_kind=OBJECT_KIND,
        object_id=row.id,
    )


def _write_down(row: Withdrawal, actor: Actor) -> None:
    WithdrawalStep.objects.create(
        seller_id=row.seller_id,
        withdrawal=row,
        step="request",
        to_state=State.REQUESTED.value,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    record(
        seller_id=row.seller_id,
        actor=actor,
        verb="request_withdrawal",
        object_kind=OBJECT_KIND,
        object_id=row.id,
        facts={"amount_minor": row.amount_minor, "currency": row.currency},
    )
    emit(WithdrawalRequested(row.seller_id, row.id))
