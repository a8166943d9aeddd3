-- M13 every succeeded refund is posted once with its amount, and no other is
SELECT coalesce(r.seller_id, t.seller_id) AS seller_id, r.id, t.key, r.state
  FROM payments_refund r
  FULL JOIN ledger_transfer t ON t.seller_id = r.seller_id AND t.kind = 'refund' AND t.key = r.id::text
 WHERE (t.id IS NULL OR t.kind = 'refund')
   AND (r.id IS NULL OR (t.id IS NOT NULL) <> (r.state = 'succeeded')
        OR (t.id IS NOT NULL AND r.amount_minor <> (
             SELECT coalesce(-sum(e.amount_minor), 0) FROM ledger_entry e
               JOIN ledger_account a ON a.seller_id = e.seller_id AND a.id = e.account_id
              WHERE e.seller_id = t.seller_id AND e.transfer_id = t.id AND a.kind = 'provider_cash')))
