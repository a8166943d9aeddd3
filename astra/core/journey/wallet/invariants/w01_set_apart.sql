-- W01 what is set apart is exactly the withdrawals that are open
SELECT a.seller_id, a.currency, a.balance, coalesce(w.amount, 0) AS open_minor
  FROM ledger_account a
  LEFT JOIN (SELECT seller_id, currency, sum(amount_minor) AS amount FROM wallet_withdrawal
              WHERE state IN ('requested', 'approved', 'processing', 'unknown') GROUP BY 1, 2) w
       ON w.seller_id = a.seller_id AND w.currency = a.currency
 WHERE a.kind = 'wallet_reserved' AND a.balance <> coalesce(w.amount, 0)
