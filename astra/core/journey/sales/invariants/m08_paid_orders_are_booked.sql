-- M08 every paid order has exactly one sale posting, of exactly the order total
SELECT o.id, o.code, o.total_minor, s.postings, s.amount
  FROM sales_order o
  LEFT JOIN (SELECT t.seller_id, t.object_id, t.currency, count(DISTINCT t.id) AS postings,
                    sum(e.amount_minor) FILTER (WHERE e.amount_minor > 0) AS amount
               FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
              WHERE t.kind = 'sale' AND t.object_kind = 'order' GROUP BY 1, 2, 3) s
    ON s.seller_id = o.seller_id AND s.object_id = o.id::text
 WHERE o.paid_at IS NOT NULL
   AND (s.postings, s.amount, s.currency) IS DISTINCT FROM (1::bigint, o.total_minor::numeric, o.currency)
