"""The plans that an installation begins with, and what the database refuses whoever asks."""

from typing import Any

from django.db import migrations

from astra.core.foundation.ids import new_id

# code, name, period, price in centavos, fee in basis points, instances, products, members
SEEDS = (
    ("comeco", "Começo", "month", 2990, 300, 1, 60, 2),
    ("loja", "Loja", "month", 7990, 150, 3, 500, 10),
    ("loja-ano", "Loja anual", "year", 79900, 150, 3, 500, 10),
)

# states.py has the same table; a test compares the two.
FORWARD = """
CREATE FUNCTION billing_subscription_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
        'trialing>active', 'trialing>expired', 'active>past_due', 'active>cancelled', 'past_due>active', 'past_due>suspended',
        'past_due>cancelled', 'suspended>active', 'suspended>expired', 'cancelled>active', 'expired>active'
    ) THEN
        RAISE EXCEPTION 'a subscription does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_subscription_guard BEFORE UPDATE ON billing_subscription
    FOR EACH ROW EXECUTE FUNCTION billing_subscription_guard();

CREATE FUNCTION billing_plan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'is_current' - 'is_hidden' <> to_jsonb(OLD) - 'is_current' - 'is_hidden' THEN
        RAISE EXCEPTION 'the terms of a plan never change: a new version is a new row' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_plan_guard BEFORE UPDATE ON billing_plan FOR EACH ROW EXECUTE FUNCTION billing_plan_guard();

CREATE FUNCTION billing_invoice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('paid', 'refunded') AND to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'a paid invoice does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state || '>' || NEW.state NOT IN ('open>open', 'open>paid', 'open>void', 'void>void', 'paid>paid', 'paid>refunded',
                                             'refunded>refunded') THEN
        RAISE EXCEPTION 'an invoice does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_invoice_guard BEFORE UPDATE ON billing_invoice FOR EACH ROW EXECUTE FUNCTION billing_invoice_guard();

REVOKE DELETE, TRUNCATE ON billing_plan, billing_invoice, billing_invoice_counter, billing_subscription FROM astra_app;
REVOKE UPDATE, DELETE, TRUNCATE ON billing_subscription_event FROM astra_app;
"""
BACKWARD = """
DROP TRIGGER billing_subscription_guard ON billing_subscription; DROP FUNCTION billing_subscription_guard();
DROP TRIGGER billing_plan_guard ON billing_plan; DROP FUNCTION billing_plan_guard();
DROP TRIGGER billing_invoice_guard ON billing_invoice; DROP FUNCTION billing_invoice_guard();
"""


def add_plans(apps: Any, schema_editor: Any) -> None:
    plans = apps.get_model("billing", "Plan").objects.using(schema_editor.connection.alias)
    for code, name, period, price, fee, instances, products, members in SEEDS:
        plans.get_or_create(
            code=code,
            version=1,
            defaults={
                "id": new_id(),
                "name": name,
                "period": period,
                "days": 0,
                "price_minor": price,
                "fee_basis_points": fee,
                "max_instances": instances,
                "max_products": products,
                "max_members": members,
                "engines": ["none", "local"],
            },
        )


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_subscription")]
    operations = [migrations.RunPython(add_plans, migrations.RunPython.noop), migrations.RunSQL(FORWARD, BACKWARD)]
