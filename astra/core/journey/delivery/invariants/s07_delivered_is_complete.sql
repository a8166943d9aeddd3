-- S07 a line that is not waiting has all its items, and never more than it was sold
SELECT y.id, y.state, y.quantity, count(i.id) AS bound
  FROM delivery_delivery y
  LEFT JOIN delivery_item d ON d.delivery_id = y.id
  LEFT JOIN catalog_stock_item i ON i.id = d.stock_item_id AND i.state IN ('allocated', 'delivered')
 WHERE y.state <> 'waiting_stock'
   AND EXISTS (SELECT FROM sales_order o WHERE o.id = y.order_id AND o.commercial = 'paid')
 GROUP BY y.id HAVING count(i.id) <> y.quantity
