from django.db import migrations

# The history of an instance is added to and read, never changed.
FORWARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON instances_instance_event FROM astra_app;
CREATE TRIGGER instances_instance_event_immutable BEFORE UPDATE OR DELETE ON instances_instance_event
    FOR EACH ROW EXECUTE FUNCTION astra_immutable();
"""
BACKWARD = "DROP TRIGGER instances_instance_event_immutable ON instances_instance_event;"


class Migration(migrations.Migration):
    dependencies = [("instances", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
