"""The plans of the installation."""

from typing import Any

from django.db import migrations

from astra.core.foundation.ids import new_id


def add_trial(apps: Any, schema_editor: Any) -> None:
    apps.get_model("billing", "Plan").objects.using(schema_editor.connection.alias).get_or_create(
        code="trial",
        defaults={
            "id": new_id(),
            "name": "Trial",
            "days": 7,
            "fee_basis_points": 500,
            "max_instances": 1,
            "max_products": 20,
            "engines": ["none", "local"],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(add_trial, migrations.RunPython.noop)]
