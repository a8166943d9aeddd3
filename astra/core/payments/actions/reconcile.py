"""Reads on in the provider's statement and takes in whatever our books do not know."""

import uuid

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import find_route
from astra.core.integrations.payments.port import StatementLine
from astra.core.integrations.payments.provider import provider
from astra.core.payments.actions.read_payout import read_payout
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import Payment, Payout, Refund, StatementCursor


def reconcile() -> int:
    """Understands the statement's new lines, and returns how many told us something new.

    The cursor passes a line only when it and all before it are understood: the first failure is raised at the end, after the
    others had their turn, and the next run begins there. This is how a payment is found whose webhook was lost and which the
    janitor has long given up.
    """
    bank = provider()
    cursor, _ = StatementCursor.objects.get_or_create(provider=bank.name)
    news, failure = 0, None
    for line in bank.statement(cursor.line_id):
        try:
            news += _understand(bank.name, line)
        except Exception as problem:
            failure = failure or problem
        if failure is None:
            cursor.line_id = line.line_id
    StatementCursor.objects.filter(provider=bank.name).update(line_id=cursor.line_id, read_at=AstraNow())
    if failure is not None:
        raise failure
    return news


def _understand(provider_name: str, line: StatementLine) -> bool:
    if line.kind == "charge":
        return _charge_line(provider_name, line)
    if line.kind == "refund":
        return _refund_line(provider_name, line)
    if line.kind == "payout":
        return _payout_line(line)
    return False  # fees and deposits come with what they are for


def _charge_line(provider_name: str, line: StatementLine) -> bool:
    hit = find_route("charge", line.reference)
    if hit is None or hit.object_id is None:
        return False
    with acting_for(hit.seller_id):
        known = Payment.objects.filter(
            seller_id=hit.seller_id, provider=provider_name, provider_payment_id=line.provider_payment_id
        ).exists()
    if not known:
        take_reading(seller_id=hit.seller_id, charge_id=hit.object_id)
    return not known


def _refund_line(provider_name: str, line: StatementLine) -> bool:
    hit = find_route("refund", line.reference)
    if hit is not None and hit.object_id is not None:
        with acting_for(hit.seller_id):
            known = Refund.objects.filter(seller_id=hit.seller_id, id=hit.object_id, state="succeeded").exists()
        if not known:
            send_refund(seller_id=hit.seller_id, refund_id=hit.object_id)
        return not known
    found = _payment_at_provider(provider_name, line.provider_payment_id)
    if found is None:
        return False
    take_reading(seller_id=found[0], charge_id=found[1])
    return True


def _payout_line(line: StatementLine) -> bool:
    hit = find_route("payout", line.reference)
    if hit is None or hit.object_id is None:
        return False
    wanted = "paid" if line.amount_minor < 0 else "returned"
    with acting_for(hit.seller_id):
        known = Payout.objects.filter(seller_id=hit.seller_id, id=hit.object_id, state__in=[wanted, "returned"]).exists()
    if not known:
        read_payout(seller_id=hit.seller_id, payout_id=hit.object_id)
    return not known


def _payment_at_provider(provider_name: str, provider_payment_id: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    with as_system():
        row = Payment.objects.filter(provider=provider_name, provider_payment_id=provider_payment_id).first()
        return None if row is None else (row.seller_id, row.charge_id)
