-- M11 order, charge and applied payment agree on currency, and order and charge on the amount
SELECT o.id, o.code, o.currency, c.currency AS of_charge, p.currency AS of_payment
  FROM sales_order o
  JOIN payments_charge c ON c.seller_id = o.seller_id AND c.id = o.charge_id
  LEFT JOIN payments_payment p ON p.seller_id = c.seller_id AND p.charge_id = c.id AND p.state = 'applied'
 WHERE c.currency <> o.currency OR c.amount_minor <> o.total_minor OR c.purpose_id <> o.id OR p.currency <> o.currency
