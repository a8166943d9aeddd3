-- M12 refunds never exceed the payment, and a payment counts exactly what went back
SELECT p.seller_id, p.id, p.amount_minor, p.refunded_minor, sum(r.amount_minor) AS asked_minor
  FROM payments_payment p JOIN payments_refund r ON r.seller_id = p.seller_id AND r.payment_id = p.id
 WHERE r.state <> 'failed'
 GROUP BY p.seller_id, p.id, p.amount_minor, p.refunded_minor
HAVING sum(r.amount_minor) > p.amount_minor
    OR coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'succeeded'), 0) <> p.refunded_minor
