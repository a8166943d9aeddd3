-- M16 what is held is what holds put aside and did not give back, never more than there was
SELECT a.id, a.balance, coalesce(h.amount, 0) AS of_holds
  FROM ledger_account a
  LEFT JOIN (SELECT e.account_id, -sum(e.amount_minor) AS amount
               FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
              WHERE t.kind IN ('hold', 'release_hold') GROUP BY 1) h ON h.account_id = a.id
 WHERE a.kind = 'wallet_held' AND (a.balance <> coalesce(h.amount, 0) OR a.balance < 0)
