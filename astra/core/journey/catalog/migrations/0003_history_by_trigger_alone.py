from django.db import migrations

import astra.core.foundation.tenancy.models

# The history of the stock is written with its owner's rights by the item's triggers, and the product's role may no longer insert into it.
# So the foreign key has nothing left to refuse. It cost more than that: where rolled-back pastes had left dead rows behind, PostgreSQL
# took the table for empty, chose a wider index for the key's check and read every item of the seller for each pasted line.
FUNCTIONS = ("catalog_stock_item_imported", "catalog_stock_item_moved")
FORWARD = [
    *(f"ALTER FUNCTION {name}() SECURITY DEFINER SET search_path = public, pg_temp" for name in FUNCTIONS),
    "REVOKE INSERT ON catalog_stock_movement FROM astra_app",
]
BACKWARD = [
    "GRANT INSERT ON catalog_stock_movement TO astra_app",
    *(f"ALTER FUNCTION {name}() SECURITY INVOKER RESET search_path" for name in FUNCTIONS),
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_guards")]
    operations = [
        migrations.RemoveConstraint(model_name="stockmovement", name="catalog_stock_movement_item_tenant_fk"),
        migrations.AlterField(
            model_name="stockmovement",
            name="item",
            field=astra.core.foundation.tenancy.models.TenantKey(
                checked=False, on_delete=astra.core.foundation.tenancy.models.models.PROTECT, related_name="+", to="catalog.stockitem"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
