"""The operator's income from plans gets an account of its own."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION ledger_rule_of(kind text, OUT normal_side text, OUT min_balance bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT r.normal_side, r.min_balance FROM (VALUES
        ('provider_cash', 'D', NULL::bigint), ('wallet_pending', 'C', 0), ('wallet_available', 'C', 0), ('wallet_reserved', 'C', 0),
        ('wallet_held', 'C', 0), ('seller_debt', 'D', 0), ('platform_fee', 'C', NULL), ('parked', 'C', 0), ('withdrawal_fee', 'C', NULL),
        ('provider_fee', 'D', NULL), ('plan_revenue', 'C', NULL)
    ) AS r (kind, normal_side, min_balance) WHERE r.kind = ledger_rule_of.kind
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_refusals")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
