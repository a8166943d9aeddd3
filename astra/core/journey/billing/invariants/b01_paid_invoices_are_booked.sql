-- B01 every paid invoice is in the book once with its amount as the operator's income, and no other plan money is
SELECT coalesce(i.seller_id, t.seller_id) AS seller_id, i.id, i.state, i.amount_minor, t.key
  FROM (SELECT * FROM billing_invoice WHERE state IN ('paid', 'refunded')) i
  FULL JOIN (SELECT * FROM ledger_transfer WHERE kind = 'plan') t ON t.seller_id = i.seller_id AND t.key = i.payment_id::text
 WHERE i.id IS NULL OR t.id IS NULL OR i.amount_minor <> (
       SELECT coalesce(-sum(e.amount_minor), 0) FROM ledger_entry e
         JOIN ledger_account a ON a.seller_id = e.seller_id AND a.id = e.account_id
        WHERE e.seller_id = t.seller_id AND e.transfer_id = t.id AND a.kind = 'plan_revenue')
