-- M06 an event of business is posted at most once
SELECT seller_id, kind, key, count(*) AS times FROM ledger_transfer GROUP BY 1, 2, 3 HAVING count(*) > 1
