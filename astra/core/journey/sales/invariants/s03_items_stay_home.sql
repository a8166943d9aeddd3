-- S03 no item belongs to another seller's order, or to another product than its line
SELECT i.id, i.order_id
  FROM catalog_stock_item i
  LEFT JOIN sales_order o ON o.id = i.order_id
  LEFT JOIN sales_order_line l ON l.id = i.line_id
  LEFT JOIN catalog_variation v ON v.id = i.variation_id
 WHERE v.product_id IS DISTINCT FROM i.product_id OR v.seller_id IS DISTINCT FROM i.seller_id
    OR (i.order_id IS NOT NULL AND (o.seller_id, l.seller_id, l.order_id, l.variation_id)
        IS DISTINCT FROM (i.seller_id, i.seller_id, i.order_id, i.variation_id))
