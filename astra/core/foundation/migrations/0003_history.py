from django.db import migrations

# Audit rows are history: the product's role may add and read, nobody may change. The cache table is Django's DatabaseCache's
# (what `createcachetable` makes), here so that one command migrates everything.
FORWARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON foundation_audit_row FROM astra_app;
CREATE TRIGGER foundation_audit_row_immutable BEFORE UPDATE OR DELETE ON foundation_audit_row
    FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER foundation_audit_row_no_truncate BEFORE TRUNCATE ON foundation_audit_row
    FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
CREATE TABLE foundation_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX foundation_cache_expires ON foundation_cache (expires);
"""
BACKWARD = """
DROP TABLE foundation_cache;
DROP TRIGGER foundation_audit_row_no_truncate ON foundation_audit_row;
DROP TRIGGER foundation_audit_row_immutable ON foundation_audit_row;
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
