-- What the book refuses, whoever asks. Error classes: LG001 sealed, LG003 unbalanced, LG004 empty, LG005 history, LG006 unknown kind,
-- LG007 wrong currency. Overdrawing breaks ledger_account_not_overdrawn; a repeated key breaks ledger_transfer_once; another
-- seller's account or transfer breaks a composite foreign key or row security.

CREATE SEQUENCE ledger_place;
GRANT USAGE ON SEQUENCE ledger_place TO astra_app;
ALTER TABLE ledger_transfer ADD COLUMN created_xid xid8 NOT NULL DEFAULT pg_current_xact_id();

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_account, ledger_transfer, ledger_entry FROM astra_app;

-- Side and minimum of an account follow from its kind, never from whoever inserts it.
CREATE FUNCTION ledger_rule_of(kind text, OUT normal_side text, OUT min_balance bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT r.normal_side, r.min_balance FROM (VALUES
        ('provider_cash', 'D', NULL::bigint), ('wallet_pending', 'C', 0), ('wallet_available', 'C', 0), ('wallet_reserved', 'C', 0),
        ('wallet_held', 'C', 0), ('seller_debt', 'D', 0), ('platform_fee', 'C', NULL), ('parked', 'C', 0), ('withdrawal_fee', 'C', NULL),
        ('provider_fee', 'D', NULL)
    ) AS r (kind, normal_side, min_balance) WHERE r.kind = ledger_rule_of.kind
$$;

CREATE FUNCTION ledger_rule_account() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT r.normal_side, r.min_balance INTO NEW.normal_side, NEW.min_balance FROM ledger_rule_of(NEW.kind) AS r;
    IF NEW.normal_side IS NULL THEN
        RAISE EXCEPTION 'there is no account kind %', NEW.kind USING ERRCODE = 'LG006';
    END IF;
    NEW.balance := 0;
    NEW.created_at := astra_now();
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_ruled BEFORE INSERT ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_rule_account();

-- An account changes only from inside an entry's trigger, and only its balance.
CREATE FUNCTION ledger_guard_account() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 OR to_jsonb(NEW) - 'balance' IS DISTINCT FROM to_jsonb(OLD) - 'balance' THEN
        RAISE EXCEPTION 'UPDATE on ledger_account is forbidden: a balance is the sum of its entries' USING ERRCODE = 'LG005';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_guarded BEFORE UPDATE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_guard_account();
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER ledger_account_no_truncate BEFORE TRUNCATE ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();

-- A transfer carries the transaction that made it: entries that come in a later one are refused.
CREATE FUNCTION ledger_seal_transfer() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.created_xid := pg_current_xact_id();
    NEW.created_at := astra_now();
    NEW.place := nextval('ledger_place');
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_transfer_sealed BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_seal_transfer();

-- SECURITY DEFINER: the product's role may not update balances itself. The update locks the account until the commit, so the place
-- taken after it orders the entries of one account as they really happened.
CREATE FUNCTION ledger_post_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t ledger_transfer;
    account_currency text;
BEGIN
    SELECT * INTO t FROM ledger_transfer WHERE id = NEW.transfer_id AND seller_id = NEW.seller_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this seller has no transfer %', NEW.transfer_id USING ERRCODE = 'LG002';
    END IF;
    IF t.created_xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'transfer % is sealed', NEW.transfer_id USING ERRCODE = 'LG001';
    END IF;
    UPDATE ledger_account SET balance = balance + CASE normal_side WHEN 'D' THEN NEW.amount_minor ELSE -NEW.amount_minor END
     WHERE id = NEW.account_id AND seller_id = NEW.seller_id
    RETURNING balance, currency INTO NEW.balance_after, account_currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this seller has no account %', NEW.account_id USING ERRCODE = 'LG002';
    END IF;
    IF account_currency <> t.currency THEN
        RAISE EXCEPTION 'transfer % is in %, the account in %', t.id, t.currency, account_currency USING ERRCODE = 'LG007';
    END IF;
    NEW.created_at := astra_now();
    NEW.place := nextval('ledger_place');
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_posted BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_post_entry();

-- At the commit the seller's block is closed already and row security would show nothing: the check looks as the transfer's seller.
-- It hangs on the entries too, so that SET CONSTRAINTS cannot get the check over with before the last entry.
CREATE FUNCTION ledger_require_balance() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    acting text := current_setting('app.seller', true);
    of_transfer uuid := CASE TG_TABLE_NAME WHEN 'ledger_transfer' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'transfer_id' END;
    total bigint;
    entries integer;
BEGIN
    PERFORM set_config('app.seller', NEW.seller_id::text, true);
    SELECT coalesce(sum(amount_minor), 0), count(*) INTO total, entries
      FROM ledger_entry WHERE seller_id = NEW.seller_id AND transfer_id = of_transfer;
    PERFORM set_config('app.seller', coalesce(acting, ''), true);
    IF entries = 0 THEN
        RAISE EXCEPTION 'transfer % is empty', of_transfer USING ERRCODE = 'LG004';
    END IF;
    IF total <> 0 OR entries < 2 THEN
        RAISE EXCEPTION 'transfer % is unbalanced by %', of_transfer, total USING ERRCODE = 'LG003';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transfer_balanced AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_require_balance();
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_require_balance();

CREATE TRIGGER ledger_transfer_immutable BEFORE UPDATE OR DELETE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER ledger_transfer_no_truncate BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER ledger_entry_immutable BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION astra_immutable();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION astra_immutable();
