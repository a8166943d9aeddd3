from pathlib import Path

from django.db import migrations

FORWARD = (Path(__file__).parent / "0002_refusals.sql").read_text(encoding="utf-8")
BACKWARD = """
DROP TRIGGER ledger_transfer_sealed ON ledger_transfer;
DROP TRIGGER ledger_transfer_balanced ON ledger_transfer;
DROP TRIGGER ledger_transfer_immutable ON ledger_transfer;
DROP TRIGGER ledger_transfer_no_truncate ON ledger_transfer;
DROP TRIGGER ledger_entry_posted ON ledger_entry;
DROP TRIGGER ledger_entry_balanced ON ledger_entry;
DROP TRIGGER ledger_entry_immutable ON ledger_entry;
DROP TRIGGER ledger_entry_no_truncate ON ledger_entry;
DROP TRIGGER ledger_account_ruled ON ledger_account;
DROP TRIGGER ledger_account_guarded ON ledger_account;
DROP TRIGGER ledger_account_no_delete ON ledger_account;
DROP TRIGGER ledger_account_no_truncate ON ledger_account;
ALTER TABLE ledger_transfer DROP COLUMN created_xid;
DROP FUNCTION ledger_seal_transfer();
DROP FUNCTION ledger_post_entry();
DROP FUNCTION ledger_require_balance();
DROP FUNCTION ledger_rule_account();
DROP FUNCTION ledger_guard_account();
DROP FUNCTION ledger_rule_of(text);
DROP SEQUENCE ledger_place;
GRANT UPDATE, DELETE ON ledger_account, ledger_transfer, ledger_entry TO astra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("foundation", "0003_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
