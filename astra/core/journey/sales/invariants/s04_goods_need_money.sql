-- S04 no item is given to an order that was not paid
SELECT i.id, i.order_id, i.state, o.commercial
  FROM catalog_stock_item i JOIN sales_order o ON o.id = i.order_id
 WHERE i.state IN ('allocated', 'delivered', 'replaced', 'revoked') AND o.paid_at IS NULL
