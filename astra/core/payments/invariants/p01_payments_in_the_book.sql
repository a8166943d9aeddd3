-- P01 every payment is in the book exactly once, as a sale, a plan or parked money, with its full amount
SELECT p.seller_id, p.id, p.state, p.amount_minor, b.times, b.received_minor
  FROM payments_payment p
  LEFT JOIN LATERAL (
       SELECT count(DISTINCT t.id) AS times, coalesce(sum(e.amount_minor), 0) AS received_minor
         FROM ledger_transfer t
         JOIN ledger_entry e ON e.seller_id = t.seller_id AND e.transfer_id = t.id
         JOIN ledger_account a ON a.seller_id = e.seller_id AND a.id = e.account_id
        WHERE t.seller_id = p.seller_id AND t.key = p.id::text AND t.kind IN ('sale', 'plan', 'parked')
          AND a.kind IN ('provider_cash', 'provider_fee') AND t.currency = p.currency
       ) b ON true
 WHERE b.times <> 1 OR b.received_minor <> p.amount_minor OR p.state = 'received'
