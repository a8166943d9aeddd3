-- P02 a charge has at most one applied payment; unless the seller accepted another, it is of exactly its amount and currency
SELECT c.seller_id, c.id, count(p.id) AS applied, min(p.amount_minor) AS paid_minor, c.amount_minor
  FROM payments_charge c JOIN payments_payment p ON p.seller_id = c.seller_id AND p.charge_id = c.id
 WHERE p.state = 'applied'
 GROUP BY c.seller_id, c.id, c.amount_minor, c.currency
HAVING count(p.id) > 1
    OR bool_or(p.reason = '' AND (p.amount_minor <> c.amount_minor OR p.currency <> c.currency))
