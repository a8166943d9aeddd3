-- Adds one batch of sealed items in the order they were pasted; what the product had before, ever, is left out.
-- Returns how many were new.
WITH fresh AS (
    INSERT INTO catalog_stock_item (id, seller_id, product_id, variation_id, sealed, fingerprint, state)
    SELECT pasted.id, %(seller_id)s, %(product_id)s, %(variation_id)s, pasted.sealed, pasted.fingerprint, 'available'
    FROM unnest(%(ids)s::uuid[], %(sealed)s::bytea[], %(fingerprints)s::bytea[])
        WITH ORDINALITY AS pasted (id, sealed, fingerprint, turn)
    ORDER BY pasted.turn
    ON CONFLICT ON CONSTRAINT catalog_stock_item_fingerprint DO NOTHING
    RETURNING id
)
SELECT count(*) FROM fresh
