from django.db import migrations

# How many calls of this installation were refused in each minute, of all its processes together: one row a minute, without a seller.
FORWARD = """
CREATE TABLE foundation_refused_call (minute bigint PRIMARY KEY, calls bigint NOT NULL CHECK (calls > 0));
"""
BACKWARD = "DROP TABLE foundation_refused_call;"


class Migration(migrations.Migration):
    dependencies = [("foundation", "0004_audit_actor")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
