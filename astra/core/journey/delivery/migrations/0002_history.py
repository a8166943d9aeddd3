from django.db import migrations

# What was bound and what was seen is history: added and read, never changed.
FORWARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON delivery_item, delivery_reveal FROM astra_app;
REVOKE DELETE, TRUNCATE ON delivery_notice, delivery_delivery FROM astra_app;
CREATE TRIGGER delivery_item_immutable BEFORE UPDATE OR DELETE ON delivery_item FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER delivery_item_no_truncate BEFORE TRUNCATE ON delivery_item FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER delivery_reveal_immutable BEFORE UPDATE OR DELETE ON delivery_reveal FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER delivery_reveal_no_truncate BEFORE TRUNCATE ON delivery_reveal FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
"""
BACKWARD = """
DROP TRIGGER delivery_reveal_no_truncate ON delivery_reveal;
DROP TRIGGER delivery_reveal_immutable ON delivery_reveal;
DROP TRIGGER delivery_item_no_truncate ON delivery_item;
DROP TRIGGER delivery_item_immutable ON delivery_item;
GRANT DELETE ON delivery_notice, delivery_delivery TO astra_app;
GRANT UPDATE, DELETE ON delivery_item, delivery_reveal TO astra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("foundation", "0003_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
