"""The trial has room for one member beside the owner, and the members of plans in force are written into the limits."""

from typing import Any

from django.db import migrations

from astra.core.foundation.ids import new_id

# Limits of a seller are rows that only show for that seller: one after the other.
IN_FORCE = """
DO $$
DECLARE one uuid;
BEGIN
    FOR one IN SELECT DISTINCT seller_id FROM foundation_route WHERE kind = 'member' LOOP
        PERFORM set_config('app.seller', one::text, true);
        UPDATE accounts_allowance a SET max_members = p.max_members
          FROM billing_subscription s JOIN billing_plan p ON p.id = s.plan_id
         WHERE a.seller_id = one AND s.seller_id = one;
    END LOOP;
    PERFORM set_config('app.seller', '', true);
END $$;
"""


def widen_trial(apps: Any, schema_editor: Any) -> None:
    """The terms of a plan never change: the next version of an untouched trial; who is on the first one keeps it."""
    plans = apps.get_model("billing", "Plan").objects.using(schema_editor.connection.alias)
    before = plans.filter(code="trial", is_current=True, version=1, max_members=1).first()
    if before is None:
        return
    plans.filter(id=before.id).update(is_current=False)
    before.pk, before.version, before.max_members, before.is_current = new_id(), 2, 2, True
    before._state.adding = True
    before.save(force_insert=True)


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_policy"), ("accounts", "0009_invitation"), ("foundation", "0003_history")]
    operations = [migrations.RunPython(widen_trial, migrations.RunPython.noop), migrations.RunSQL(IN_FORCE, migrations.RunSQL.noop)]
