-- S05 stock is conserved: what was loaded is there, in the state its last movement says, bound to an order or to none
SELECT item.id, item.state, 'history' AS broken
  FROM catalog_stock_item item
  LEFT JOIN LATERAL (SELECT to_state FROM catalog_stock_movement WHERE seller_id = item.seller_id AND item_id = item.id
                      ORDER BY place DESC LIMIT 1) last ON true
 WHERE last.to_state IS DISTINCT FROM item.state
    OR (SELECT count(*) FROM catalog_stock_movement WHERE seller_id = item.seller_id AND item_id = item.id AND kind = 'import') <> 1
UNION ALL
SELECT id, state, 'order' FROM catalog_stock_item
 WHERE (state IN ('available', 'quarantined') AND (order_id IS NOT NULL OR reservation_id IS NOT NULL))
    OR (state IN ('reserved', 'allocated', 'delivered', 'replaced', 'revoked') AND (order_id IS NULL OR reservation_id IS NULL))
UNION ALL
SELECT item.id, item.state, 'reservation' FROM catalog_stock_item item
  JOIN catalog_reservation r ON r.id = item.reservation_id
 WHERE (r.seller_id, r.order_id, r.line_id, r.variation_id) IS DISTINCT FROM (item.seller_id, item.order_id, item.line_id, item.variation_id)
UNION ALL
SELECT r.id, r.state, 'filled' FROM catalog_reservation r
  LEFT JOIN (SELECT reservation_id, count(*) FILTER (WHERE state IN ('reserved', 'allocated', 'delivered')) AS bound,
                    count(*) FILTER (WHERE state = 'reserved') AS held
               FROM catalog_stock_item WHERE reservation_id IS NOT NULL GROUP BY 1) i ON i.reservation_id = r.id
 WHERE (r.state IN ('held', 'waiting_unpaid') AND r.filled <> coalesce(i.held, 0))
    OR (r.state = 'queued' AND (r.filled <> coalesce(i.bound, 0) OR coalesce(i.held, 0) > 0))
    OR (r.state = 'allocated' AND coalesce(i.held, 0) > 0)
    OR (r.state = 'released' AND coalesce(i.bound, 0) > 0)
