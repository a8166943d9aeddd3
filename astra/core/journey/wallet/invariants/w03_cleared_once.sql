-- W03 every cleared earning was posted once, none before its time, and nothing that is due waits for more than 10 minutes
SELECT w.seller_id, w.id, w.clears_at, w.cleared_at
  FROM wallet_earning w
 WHERE (SELECT count(*) FROM ledger_transfer t WHERE t.seller_id = w.seller_id AND t.kind = 'clearing' AND t.key = w.id::text)
       <> CASE WHEN w.cleared_at IS NULL THEN 0 ELSE 1 END
    OR w.cleared_at < w.clears_at
    OR (w.cleared_at IS NULL AND w.clears_at < astra_now() - interval '10 minutes')
