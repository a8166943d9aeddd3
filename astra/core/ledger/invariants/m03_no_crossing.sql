-- M03 no entry crosses sellers
SELECT e.id
  FROM ledger_entry e
  LEFT JOIN ledger_transfer t ON t.id = e.transfer_id
  LEFT JOIN ledger_account a ON a.id = e.account_id
 WHERE t.seller_id IS DISTINCT FROM e.seller_id OR a.seller_id IS DISTINCT FROM e.seller_id
