-- M01 trial balance is zero per seller and currency
SELECT a.seller_id, a.currency, sum(e.amount_minor) AS total
  FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
 GROUP BY 1, 2 HAVING sum(e.amount_minor) <> 0
