-- Takes up to `quantity` items of a variation for one order line: the oldest first, never one that another buyer is just
-- taking. Returns how many it took. MATERIALIZED: the rows are chosen and locked once.
WITH chosen AS MATERIALIZED (
    SELECT id FROM catalog_stock_item
    WHERE seller_id = %(seller_id)s AND variation_id = %(variation_id)s AND state = 'available'
    ORDER BY place
    LIMIT %(quantity)s
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE catalog_stock_item item
    SET state = 'reserved', reservation_id = %(reservation_id)s, order_id = %(order_id)s, line_id = %(line_id)s
    FROM chosen WHERE item.id = chosen.id
    RETURNING item.id
)
SELECT count(*) FROM taken
