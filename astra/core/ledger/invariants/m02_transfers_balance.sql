-- M02 every transfer balances in its one currency and has at least two entries
SELECT t.id, count(e.id) AS entries, sum(e.amount_minor) AS total
  FROM ledger_transfer t
  LEFT JOIN ledger_entry e ON e.transfer_id = t.id
  LEFT JOIN ledger_account a ON a.id = e.account_id
 GROUP BY t.id, t.currency
HAVING coalesce(sum(e.amount_minor), 1) <> 0 OR count(e.id) < 2 OR bool_or(a.currency <> t.currency)
