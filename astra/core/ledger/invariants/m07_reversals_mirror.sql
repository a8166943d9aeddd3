-- M07 a transfer is reversed at most once, and a reversal mirrors its original exactly
SELECT r.id, r.reverses_id
  FROM ledger_transfer r LEFT JOIN ledger_transfer o ON o.id = r.reverses_id
 WHERE r.reverses_id IS NOT NULL
   AND (o.id IS NULL OR o.seller_id <> r.seller_id OR o.currency <> r.currency
        OR (o.object_kind, o.object_id) IS DISTINCT FROM (r.object_kind, r.object_id)
        OR (SELECT count(*) FROM ledger_transfer x WHERE x.reverses_id = r.reverses_id) > 1
        OR EXISTS (SELECT FROM (SELECT account_id, sum(amount_minor) AS amount FROM ledger_entry WHERE transfer_id = o.id GROUP BY 1) b
                     FULL JOIN (SELECT account_id, -sum(amount_minor) AS amount FROM ledger_entry WHERE transfer_id = r.id GROUP BY 1) m
                     USING (account_id) WHERE b.amount IS DISTINCT FROM m.amount))
