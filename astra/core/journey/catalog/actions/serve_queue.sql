-- Gives the free items of one variation to the paid orders that wait for it: who paid first comes first, and the oldest
-- item goes first. The caller holds the variation's row, so nobody joins the queue meanwhile; items are waited for (no
-- SKIP LOCKED), because one that a buyer fails to take must not end up on sale behind the queue's back.
WITH waiting AS MATERIALIZED (
    SELECT id, order_id, line_id, queue_place, quantity - filled AS need
    FROM catalog_reservation
    WHERE seller_id = %(seller_id)s AND variation_id = %(variation_id)s AND state = 'queued'
    ORDER BY queue_place
    FOR UPDATE
), span AS (
    SELECT *, sum(need) OVER (ORDER BY queue_place) AS upto FROM waiting
), wish AS (
    SELECT span.id, span.order_id, span.line_id, turn
    FROM span CROSS JOIN LATERAL generate_series(upto - need + 1, upto) AS turn
), free AS MATERIALIZED (
    SELECT id, place FROM catalog_stock_item
    WHERE seller_id = %(seller_id)s AND variation_id = %(variation_id)s AND state = 'available'
    ORDER BY place
    LIMIT (SELECT coalesce(max(upto), 0) FROM span)
    FOR UPDATE
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY place) AS turn FROM free
), given AS (
    UPDATE catalog_stock_item item
    SET state = 'allocated', reservation_id = wish.id, order_id = wish.order_id, line_id = wish.line_id
    FROM numbered JOIN wish ON wish.turn = numbered.turn
    WHERE item.id = numbered.id
    RETURNING wish.id AS reservation_id
), counted AS (
    SELECT reservation_id, count(*) AS got FROM given GROUP BY 1
), filled AS (
    UPDATE catalog_reservation reservation
    SET filled = reservation.filled + counted.got,
        state = CASE WHEN reservation.filled + counted.got = reservation.quantity THEN 'allocated' ELSE 'queued' END
    FROM counted WHERE reservation.id = counted.reservation_id
    RETURNING reservation.order_id, reservation.queue_place, counted.got
)
SELECT order_id, sum(got) FROM filled GROUP BY order_id ORDER BY min(queue_place)
