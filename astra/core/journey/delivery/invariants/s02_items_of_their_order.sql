-- S02 a bound item is allocated, delivered or taken back later, and belongs to the line of its delivery
SELECT d.id, i.state, i.order_id, i.line_id
  FROM delivery_item d
  JOIN delivery_delivery y ON y.id = d.delivery_id
  LEFT JOIN catalog_stock_item i ON i.id = d.stock_item_id
 WHERE i.id IS NULL
    OR i.state IN ('available', 'reserved', 'quarantined')
    OR (i.state IN ('allocated', 'delivered') AND (i.order_id, i.line_id) IS DISTINCT FROM (y.order_id, y.line_id))
