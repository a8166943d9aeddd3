-- M10 money received for an order is the order total once, or it is parked
SELECT o.id, o.code, o.total_minor, sum(p.amount_minor) AS applied
  FROM sales_order o
  JOIN payments_charge c ON c.seller_id = o.seller_id AND c.purpose_kind = 'order' AND c.purpose_id = o.id
  JOIN payments_payment p ON p.seller_id = c.seller_id AND p.charge_id = c.id AND p.state <> 'parked'
 GROUP BY o.id, o.code, o.total_minor, o.paid_at, o.charge_id
HAVING sum(p.amount_minor) <> o.total_minor OR o.paid_at IS NULL OR bool_or(c.id <> o.charge_id)
