-- M04 every balance equals the sum of its entries
SELECT a.id, a.balance, coalesce(s.total, 0) AS of_entries
  FROM ledger_account a
  LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM ledger_entry GROUP BY 1) s ON s.account_id = a.id
 WHERE a.balance <> coalesce(CASE a.normal_side WHEN 'D' THEN s.total ELSE -s.total END, 0)
