-- W02 what is pending is exactly the sales that did not clear, and each earning is the seller's part of its sale
SELECT a.seller_id, a.balance, coalesce(s.sold, 0) AS sold_minor, coalesce(c.cleared, 0) AS cleared_minor
  FROM ledger_account a
  LEFT JOIN (SELECT e.account_id, -sum(e.amount_minor) AS sold
               FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id WHERE t.kind = 'sale' GROUP BY 1) s ON s.account_id = a.id
  LEFT JOIN (SELECT seller_id, currency, sum(amount_minor) AS cleared
               FROM wallet_earning WHERE cleared_at IS NOT NULL GROUP BY 1, 2) c ON c.seller_id = a.seller_id AND c.currency = a.currency
 WHERE a.kind = 'wallet_pending' AND a.balance <> coalesce(s.sold, 0) - coalesce(c.cleared, 0)
UNION ALL
SELECT w.seller_id, w.amount_minor, -e.amount_minor, NULL
  FROM wallet_earning w
  LEFT JOIN ledger_account a ON a.seller_id = w.seller_id AND a.kind = 'wallet_pending' AND a.currency = w.currency
  LEFT JOIN ledger_entry e ON e.transfer_id = w.transfer_id AND e.account_id = a.id
 WHERE e.amount_minor IS DISTINCT FROM -w.amount_minor
