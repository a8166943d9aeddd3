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
  LEFT JOIN (SELECT reservation_id, count(*) FILTER (WHERE state = 'reserved') AS held,
                    count(*) FILTER (WHERE state IN ('allocated', 'delivered', 'replaced', 'revoked')) AS given,
                    count(*) FILTER (WHERE state = 'invalid') AS bad
               FROM catalog_stock_item WHERE reservation_id IS NOT NULL GROUP BY 1) i ON i.reservation_id = r.id
 WHERE (r.state IN ('held', 'waiting_unpaid') AND (r.filled, 0) IS DISTINCT FROM (coalesce(i.held, 0), coalesce(i.given, 0)))
    -- an item found bad after its delivery still counts as given: what follows is a replacement, not a short order
    OR (r.state IN ('queued', 'allocated')
        AND (coalesce(i.held, 0) > 0 OR NOT r.filled BETWEEN coalesce(i.given, 0) AND coalesce(i.given + i.bad, 0)))
    OR (r.state = 'released' AND coalesce(i.held + i.given, 0) > 0)
