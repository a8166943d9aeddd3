-- O01 an order is the sum of its lines, and its timeline tells of every placed and every paid one
SELECT o.id, o.code, o.total_minor, sum(l.total_minor) AS of_lines
  FROM sales_order o LEFT JOIN sales_order_line l ON l.seller_id = o.seller_id AND l.order_id = o.id
 GROUP BY o.id, o.code, o.total_minor, o.subtotal_minor, o.discount_minor
HAVING (o.total_minor, o.discount_minor, o.subtotal_minor)
       IS DISTINCT FROM (sum(l.total_minor), sum(l.discount_minor), sum(l.quantity * l.unit_price_minor))
UNION ALL
SELECT o.id, o.code, o.total_minor, NULL FROM sales_order o
 WHERE (o.placed_at IS NOT NULL AND NOT EXISTS (SELECT FROM sales_order_event e WHERE e.order_id = o.id AND e.kind = 'placed'))
    OR (o.paid_at IS NOT NULL AND NOT EXISTS (SELECT FROM sales_order_event e WHERE e.order_id = o.id AND e.kind IN ('paid', 'paid_late')))
