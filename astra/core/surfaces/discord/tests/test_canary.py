"""After a whole sale, its failures and a withdrawal: no secret in any row, job, log line or exception, in any spelling."""

import base64
import io
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from astra.core.foundation import jobs
from astra.core.foundation.audit import Actor
from astra.core.foundation.jobs import run_in_seller
from astra.core.foundation.telemetry import log as log_module
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.wallet.actions.approve_withdrawal import approve_withdrawal
from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
from astra.core.journey.wallet.actions.request_withdrawal import request_withdrawal
from astra.core.journey.wallet.actions.set_policy import set_policy
from astra.core.journey.wallet.models import PayoutKey
from astra.core.surfaces.discord.tests.shop import ShopInTest
from astra.core.surfaces.discord.tests.till import Till

CPF = "52998224725"
HOLDER = "Larissa Quintanilha"
ACTOR = Actor("member", "1")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The product's log, as the programs set it up."""
    found = io.StringIO()
    earlier, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log_module.configure_log()
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=found))
    yield found
    structlog.configure(**earlier)
    root.handlers, root.level = handlers, level


def spellings(secret: str) -> set[str]:
    """A secret as it is, in hex (as bytea is shown) and in base64, wherever it begins."""
    raw = secret.encode()
    inner = {base64.b64encode(b"\0" * shift + raw).decode()[4 if shift else 0 :].rstrip("=")[:-2] for shift in range(3)}
    return {secret, raw.hex(), *inner}


def dump() -> dict[str, str]:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
        tables = [row[0] for row in cursor.fetchall()]
    found = {}
    for table in tables:
        with transaction.atomic(), as_system(), connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found


def test_nothing_secret_is_written_anywhere(shop: ShopInTest, till: Till, written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    set_policy(hold_days=0, key_cooldown_hours=0, minimum_minor=100, fee_minor=0, actor=ACTOR)
    message, order_id = till.order()
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "lose_answer", "times": 1})
    till.pay(order_id)
    shop.discord.faults()
    shop.press(message, f"see:{order_id}")
    till.queue.run()
    register_payout_key(seller_id=shop.seller.id, kind="cpf", key=CPF, holder_name=HOLDER, holder_document=CPF, actor=ACTOR)
    withdrawal_id = request_withdrawal(seller_id=shop.seller.id, amount_minor=500, actor=ACTOR)
    till.provider.knobs(timeout_after_success=1)
    approve_withdrawal(seller_id=shop.seller.id, withdrawal_id=withdrawal_id, actor=Actor("operator", "2"), reason="ok")
    till.queue.run()
    _fail_in_a_job(shop, monkeypatch)
    secrets = ["PADRAO-0000", "PADRAO-0001", shop.bot.token, CPF, HOLDER, *(one for one in shop.door.tokens if len(one) > 20)]
    rows = dump()
    assert "sales_order" in rows
    assert str(order_id) in rows["sales_order"], "the dump sees tenants' rows"
    assert "job.failed" in written.getvalue()
    assert {name for name, text in rows.items() for secret in secrets for one in spellings(secret) if one in text} == set()
    assert [one for secret in secrets for one in spellings(secret) if one in written.getvalue()] == []


def _fail_in_a_job(shop: ShopInTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job whose statement the database refuses: what it says may hold the whole row."""

    context = SimpleNamespace(
        job=SimpleNamespace(task_name="tests.canary", task_kwargs={"seller_id": str(shop.seller.id)}, id=1, attempts=0)
    )

    def fails() -> None:
        with acting_for(shop.seller.id):
            PayoutKey.objects.create(
                seller_id=shop.seller.id, kind="none", key_sealed=b"", masked=HOLDER, holder_name_sealed=b"", holder_document_sealed=b"",
                usable_at="2026-01-01T00:00Z", replaced_at="2026-01-01T00:00Z",
            )  # fmt: skip

    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # the test's transaction lives on this one
    with pytest.raises(DatabaseError):
        run_in_seller(fails, context, None)
