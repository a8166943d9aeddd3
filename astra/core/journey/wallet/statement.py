"""The statement: every cent of the wallet with the order, the payment and the rule it comes from."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import format_percent
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.models import Earning, Withdrawal
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.ledger.models import Transfer
from astra.core.ledger.queries import TransferLine, transfers
from astra.core.payments.models import Payment, Payout

OWN = (
    AccountKind.WALLET_PENDING,
    AccountKind.WALLET_AVAILABLE,
    AccountKind.WALLET_RESERVED,
    AccountKind.WALLET_HELD,
    AccountKind.SELLER_DEBT,
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry. ``amount_minor`` is signed; of a move between the seller's own places it is what moved, and changes no total.

    ``details`` explain the amount line by line: (label, signed amount). The amounts of all lines that are no moves add up to the
    wallet less what is owed.
    """

    id: uuid.UUID
    at: datetime.datetime
    kind: str
    title: str
    amount_minor: int
    currency: str
    is_move: bool
    where: str
    order_code: str
    order_id: uuid.UUID | None
    withdrawal_id: uuid.UUID | None
    details: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Background:
    """What the lines of one page refer to, fetched once."""

    earnings: dict[uuid.UUID, Earning]
    sales: dict[str, Transfer]
    payments: dict[str, Payment]
    withdrawals: dict[str, Withdrawal]
    payouts: dict[uuid.UUID, Payout]


def statement(seller_id: uuid.UUID, limit: int, before: int | None = None) -> list[StatementLine]:
    """The latest entries, newest first, in the active language. ``before``: the ``place`` of a transfer, for the next page."""
    with acting_for(seller_id):
        lines = transfers(seller_id, limit, before, touching=OWN)
        background = _background(seller_id, lines)
        return [_line(line, background) for line in lines]


def _background(seller_id: uuid.UUID, lines: list[TransferLine]) -> _Background:
    sale_ids = [line.id for line in lines if line.kind == TransferKind.SALE]
    payment_keys = {line.key for line in lines if line.kind == TransferKind.SALE}
    payment_keys |= {line.object_id for line in lines if line.kind == TransferKind.REFUND and line.object_id}
    order_ids = {line.object_id for line in lines if line.object_kind == "order"}
    withdrawal_ids = {line.object_id for line in lines if line.object_kind == "withdrawal"}
    withdrawals = Withdrawal.objects.filter(seller_id=seller_id, id__in=withdrawal_ids).select_related("payout_key")
    sales = list(Transfer.objects.filter(seller_id=seller_id, kind=TransferKind.SALE.value, key__in=payment_keys))
    sales += list(Transfer.objects.filter(seller_id=seller_id, kind=TransferKind.SALE.value, object_kind="order", object_id__in=order_ids))
    payouts = Payout.objects.filter(seller_id=seller_id, purpose_kind="withdrawal", purpose_id__in=withdrawal_ids)
    return _Background(
        {row.transfer_id: row for row in Earning.objects.filter(seller_id=seller_id, transfer_id__in=sale_ids)},
        {sale.key: sale for sale in sales} | {sale.object_id: sale for sale in sales},
        {str(row.id): row for row in Payment.objects.filter(seller_id=seller_id, id__in=payment_keys)},
        {str(row.id): row for row in withdrawals},
        {row.id: row for row in payouts},
    )


def _line(line: TransferLine, background: _Background) -> StatementLine:
    explain = _EXPLAIN.get(line.kind, _move)
    title, where, details = explain(line, background)
    total = line.change(*OWN)
    sale = background.sales.get(line.object_id) if line.kind != TransferKind.SALE else background.sales.get(line.key)
    return StatementLine(
        id=line.id,
        at=line.at,
        kind=line.kind,
        title=title,
        amount_minor=total or sum(max(0, -amount) for amount in line.entries.values()),
        currency=line.currency,
        is_move=total == 0,
        where=where,
        order_code=str(sale.facts.get("order_code", "")) if sale else "",
        order_id=uuid.UUID(sale.object_id) if sale else None,
        withdrawal_id=uuid.UUID(line.object_id) if line.object_kind == "withdrawal" else None,
        details=details,
    )


_Explained = tuple[str, str, list[tuple[str, int]]]


def _sale(line: TransferLine, background: _Background) -> _Explained:
    earning = background.earnings.get(line.id)
    payment = background.payments.get(line.key)
    paid = _("Paid by the buyer")
    if payment is not None:
        paid = _("Paid by the buyer (payment %(id)s)") % {"id": payment.provider_payment_id}
    share = format_percent(int(line.facts.get("fee_basis_points", 0)) / 10_000, "#,##0.##%", locale=_locale())
    details = [
        (paid, line.entries.get(AccountKind.PROVIDER_CASH, 0)),
        (_("AstraSystems' fee (%(share)s)") % {"share": share}, line.entries.get(AccountKind.PLATFORM_FEE, 0)),
        (_("Yours"), line.change(AccountKind.WALLET_PENDING)),
    ]
    where = _("Available") if earning is not None and earning.cleared_at else _("Pending")
    return _("Sale"), where, [(label, amount) for label, amount in details if amount]


def _clearing(line: TransferLine, _background: _Background) -> _Explained:
    debt = -line.entries.get(AccountKind.SELLER_DEBT, 0)
    details = [
        (_("Left pending"), -line.entries.get(AccountKind.WALLET_PENDING, 0)),
        (_("Became available"), line.change(AccountKind.WALLET_AVAILABLE)),
        (_("Paid off what was owed"), debt),
    ]
    title = _("Debt settled") if line.facts.get("debt") else _("Sale released")
    return title, _("Available"), [(label, amount) for label, amount in details if amount]


def _requested(line: TransferLine, _background: _Background) -> _Explained:
    return _("Withdrawal asked"), _("In withdrawal"), [(_("Set apart for the withdrawal"), line.change(AccountKind.WALLET_RESERVED))]


def _paid_out(line: TransferLine, background: _Background) -> _Explained:
    withdrawal = background.withdrawals.get(line.object_id)
    payout = background.payouts.get(withdrawal.payout_id) if withdrawal and withdrawal.payout_id else None
    sent = _("Sent to %(key)s") % {"key": withdrawal.payout_key.masked if withdrawal else ""}
    if payout is not None and payout.provider_id:
        sent = _("%(sent)s (transfer %(id)s)") % {"sent": sent, "id": payout.provider_id}
    details = [
        (sent, line.entries.get(AccountKind.PROVIDER_CASH, 0)),
        (_("Withdrawal fee"), line.entries.get(AccountKind.WITHDRAWAL_FEE, 0)),
    ]
    return _("Withdrawal paid"), _("Paid out"), [(label, amount) for label, amount in details if amount]


def _given_back(line: TransferLine, _background: _Background) -> _Explained:
    title = _("Withdrawal sent back by the bank") if line.facts.get("was_paid") else _("Withdrawal undone")
    return title, _("Available"), [(_("Available again"), line.change(AccountKind.WALLET_AVAILABLE))]


def _refund(line: TransferLine, background: _Background) -> _Explained:
    payment = background.payments.get(line.object_id)
    label = _("Returned to the buyer")
    if payment is not None:
        label = _("Returned to the buyer (payment %(id)s)") % {"id": payment.provider_payment_id}
    return _("Refund"), _("Owed"), [(label, line.change(AccountKind.SELLER_DEBT))]


def _move(line: TransferLine, _background: _Background) -> _Explained:
    held = line.change(AccountKind.WALLET_HELD)
    title = {TransferKind.HOLD: _("Held"), TransferKind.RELEASE_HOLD: _("Hold released")}.get(TransferKind(line.kind), _("Adjustment"))
    return title, _("Held") if held > 0 else _("Available"), [(title, held)] if held else []


_EXPLAIN: dict[str, Callable[[TransferLine, _Background], _Explained]] = {
    TransferKind.SALE: _sale,
    TransferKind.CLEARING: _clearing,
    TransferKind.WITHDRAWAL: _requested,
    TransferKind.WITHDRAWAL_PAID: _paid_out,
    TransferKind.WITHDRAWAL_REVERSAL: _given_back,
    TransferKind.REFUND: _refund,
}


def _locale() -> str:
    language, _sep, region = (get_language() or "pt-br").partition("-")
    return f"{language}_{region.upper()}" if region else language
