from django.apps import apps
from django.db import migrations

# astra_now() is STABLE and reads a one-row table, so that one transaction sees one time. Only the owner (and, in tests and
# the demo, the role that `astra clock` uses) may move the offset.
FORWARD = """
CREATE TABLE foundation_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    offset_by interval NOT NULL DEFAULT '0'
);
INSERT INTO foundation_clock DEFAULT VALUES;
REVOKE INSERT, UPDATE, DELETE ON foundation_clock FROM astra_app, astra_system;
GRANT SELECT ON foundation_clock TO astra_app, astra_system;
CREATE FUNCTION astra_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.now() + (SELECT offset_by FROM public.foundation_clock) $$;
CREATE FUNCTION astra_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is forbidden: its rows are history', TG_OP, TG_TABLE_NAME USING ERRCODE = 'LG005';
END $$;
"""
BACKWARD = "DROP FUNCTION astra_immutable(); DROP FUNCTION astra_now(); DROP TABLE foundation_clock;"


def stages_with_tables():
    """Every table's default time is astra_now(): no stage's first migration may run before this one."""
    own = [config.label for config in apps.get_app_configs() if config.name.startswith("astra.core.")]
    return [(label, "__first__") for label in own if label != "foundation"]


class Migration(migrations.Migration):
    dependencies = []
    run_before = stages_with_tables()
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
