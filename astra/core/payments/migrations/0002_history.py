from django.db import migrations

# The product's role may only do what the verbs do: no row is deleted, no amount changes, history is only added to, and a state
# moves along transitions.py's table (a test compares the two) and one version at a time.
PAIRS = {
    "payments_charge": """
        created>pending created>rejected created>unknown created>cancelled created>expired created>approved created>mismatched
        unknown>pending unknown>rejected unknown>cancelled unknown>expired unknown>approved unknown>mismatched
        pending>cancelled pending>expired pending>approved pending>mismatched
        rejected>approved rejected>mismatched
        expired>cancelled expired>approved expired>mismatched
        cancelled>approved cancelled>mismatched
        approved>refund_pending approved>partially_refunded approved>refunded
        mismatched>approved mismatched>refund_pending mismatched>partially_refunded mismatched>refunded
        refund_pending>partially_refunded refund_pending>refunded refund_pending>approved refund_pending>mismatched
        partially_refunded>refund_pending partially_refunded>refunded
    """,
    "payments_refund": """
        requested>pending requested>succeeded requested>failed requested>unknown
        unknown>pending unknown>succeeded unknown>failed unknown>requested
        pending>succeeded pending>failed
    """,
    "payments_payout": """
        created>sending
        sending>created sending>processing sending>paid sending>failed sending>returned sending>unknown
        unknown>processing unknown>paid unknown>failed unknown>returned
        processing>paid processing>failed processing>returned
        paid>returned
    """,
}
FIRST = {"payments_charge": "created", "payments_refund": "requested", "payments_payout": "created"}
MAY_CHANGE = {
    "payments_charge": "state, version, provider_id, account, copy_paste, pay_url, provider_rank, provider_updated_at, approved_at,"
    " attempts, troubles, failure_code, next_look_at",
    "payments_payment": "state, reason, refunded_minor, refund_at",
    "payments_refund": "state, version, generation, provider_id, return_id, failure_code, settled_at, attempts, troubles, next_look_at",
    "payments_payout": "state, version, provider_id, end_to_end_id, fee_minor, failure_code, sent_at,"
    " unknown_at, settled_at, attempts, troubles, next_look_at",
}


def guard(table):
    pairs = ", ".join(f"'{pair}'" for pair in PAIRS[table].split())
    return f"""
CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> '{FIRST[table]}' THEN
            RAISE EXCEPTION '{table} begins as {FIRST[table]}, not %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.state <> OLD.state AND (
        OLD.state || '>' || NEW.state NOT IN ({pairs}) OR NEW.version <> OLD.version + 1
    ) THEN
        RAISE EXCEPTION '{table} does not go from % (%) to % (%)', OLD.state, OLD.version, NEW.state, NEW.version
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_guard();
"""


FORWARD = (
    "".join(guard(table) for table in PAIRS)
    + "".join(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM astra_app; GRANT UPDATE ({columns}) ON {table} TO astra_app;\n"
        for table, columns in MAY_CHANGE.items()
    )
    + """
REVOKE UPDATE, DELETE, TRUNCATE ON payments_history FROM astra_app;
REVOKE DELETE, TRUNCATE ON payments_statement_cursor FROM astra_app;
CREATE TRIGGER payments_history_immutable BEFORE UPDATE OR DELETE ON payments_history
    FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER payments_history_no_truncate BEFORE TRUNCATE ON payments_history
    FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
"""
)
BACKWARD = (
    "".join(f"DROP TRIGGER {table}_guard ON {table}; DROP FUNCTION {table}_guard();" for table in PAIRS)
    + "DROP TRIGGER payments_history_immutable ON payments_history; DROP TRIGGER payments_history_no_truncate ON payments_history;"
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
