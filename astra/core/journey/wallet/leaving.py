"""The wallet when a seller leaves: it must be empty; keys go with the seller's data key, withdrawals stay (the law wants them)."""

import uuid
from collections.abc import Iterable

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.leaving import Hindrance, Part, Row, rows_of
from astra.core.foundation.money import format_money
from astra.core.journey.wallet.destination import open_key
from astra.core.journey.wallet.machine import OPEN
from astra.core.journey.wallet.models import Earning, PayoutKey, Withdrawal, WithdrawalStep
from astra.core.journey.wallet.queries import wallet

SEALED = ("key_sealed", "holder_name_sealed", "holder_document_sealed")


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Earnings, PIX keys (in full only with what was sealed), withdrawals and their steps."""

    def opened(row: PayoutKey) -> Row:
        key = open_key(row)
        return {"key": key.pix_key.reveal(), "holder_name": key.holder_name, "holder_document": key.holder_document.reveal()}

    yield Part("wallet_earnings", _("What each sale earned, and when it became available."), rows_of(Earning))
    yield Part("wallet_keys", _("Your PIX keys."), rows_of(PayoutKey, hide=SEALED, more=opened if with_secrets else None))
    yield Part("wallet_withdrawals", _("Your withdrawals."), rows_of(Withdrawal))
    yield Part("wallet_withdrawals_steps", _("What happened to each withdrawal."), rows_of(WithdrawalStep))


def hindrances(seller_id: uuid.UUID) -> list[Hindrance]:
    """Money that is still here, or owed."""
    facts = wallet(seller_id)

    def money(amount_minor: int) -> str:
        return format_money(amount_minor, facts.currency, get_language() or "pt-BR")

    found = []
    if Withdrawal.objects.filter(seller_id=seller_id, state__in=OPEN).exists():
        text = gettext("A withdrawal is being reviewed or sent. Wait until it has arrived, or cancel it.")
        found.append(Hindrance("withdrawal_open", text, "wallet", _("Open the wallet")))
    if facts.debt_minor:
        text = gettext("You owe %(amount)s: a sale was returned after its money had left.") % {"amount": money(facts.debt_minor)}
        found.append(Hindrance("debt", text, "wallet", _("Open the wallet")))
    if facts.available_minor:
        text = gettext("There is %(amount)s in your wallet. Withdraw it first.") % {"amount": money(facts.available_minor)}
        found.append(Hindrance("available", text, "withdraw", _("Withdraw")))
    if waiting := facts.pending_minor + facts.held_minor:
        text = gettext("%(amount)s of your sales is not free yet. Wait until it is, then withdraw it.") % {"amount": money(waiting)}
        found.append(Hindrance("pending", text, "wallet", _("Open the wallet")))
    return found


def erase(seller_id: uuid.UUID) -> None:
    """Forgets what keys look like; their sealed parts go with the seller's data key."""
    PayoutKey.objects.update(masked="•••")
