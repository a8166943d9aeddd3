from django.db import migrations

# The pairs of states are those of machine.py (a test compares them). Amounts, key and payout of a withdrawal are frozen; its steps and
# the operator's policies are history.
FORWARD = """
CREATE FUNCTION wallet_guard_withdrawal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.seller_id, NEW.amount_minor, NEW.fee_minor, NEW.currency, NEW.payout_key_id)
       IS DISTINCT FROM (OLD.seller_id, OLD.amount_minor, OLD.fee_minor, OLD.currency, OLD.payout_key_id)
       OR (OLD.payout_id IS NOT NULL AND NEW.payout_id IS DISTINCT FROM OLD.payout_id) THEN
        RAISE EXCEPTION 'a withdrawal keeps its amounts, its key and its payout' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN (
        ('requested', 'approved'), ('requested', 'rejected'), ('requested', 'cancelled'), ('approved', 'processing'),
        ('processing', 'paid'), ('processing', 'failed'), ('processing', 'unknown'), ('processing', 'returned'),
        ('unknown', 'paid'), ('unknown', 'failed'), ('unknown', 'returned'), ('paid', 'returned')) THEN
        RAISE EXCEPTION 'a withdrawal cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wallet_withdrawal_guarded BEFORE UPDATE ON wallet_withdrawal FOR EACH ROW EXECUTE FUNCTION wallet_guard_withdrawal();
REVOKE DELETE, TRUNCATE ON wallet_withdrawal, wallet_earning, wallet_payout_key FROM astra_app;
REVOKE UPDATE, DELETE, TRUNCATE ON wallet_withdrawal_step, wallet_policy FROM astra_app;
CREATE TRIGGER wallet_withdrawal_step_immutable BEFORE UPDATE OR DELETE ON wallet_withdrawal_step
    FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER wallet_withdrawal_step_no_truncate BEFORE TRUNCATE ON wallet_withdrawal_step
    FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER wallet_policy_immutable BEFORE UPDATE OR DELETE ON wallet_policy FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER wallet_policy_no_truncate BEFORE TRUNCATE ON wallet_policy FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
"""
BACKWARD = """
DROP TRIGGER wallet_policy_no_truncate ON wallet_policy;
DROP TRIGGER wallet_policy_immutable ON wallet_policy;
DROP TRIGGER wallet_withdrawal_step_no_truncate ON wallet_withdrawal_step;
DROP TRIGGER wallet_withdrawal_step_immutable ON wallet_withdrawal_step;
DROP TRIGGER wallet_withdrawal_guarded ON wallet_withdrawal;
DROP FUNCTION wallet_guard_withdrawal();
GRANT DELETE ON wallet_withdrawal, wallet_earning, wallet_payout_key TO astra_app;
GRANT UPDATE, DELETE ON wallet_withdrawal_step, wallet_policy TO astra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial"), ("foundation", "0003_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
