-- One claimant: the row is taken if a card is wanted, or if the lease of an attempt ran out. All times are the database's. The lock is
-- waited for: a refresh that holds it for a moment must not cost the card a sweep.
UPDATE publication_publication
   SET state = 'publishing',
       fence = fence + 1,
       claimed_version = version,
       tries = tries + 1,
       lease_until = astra_now() + make_interval(secs => %(lease)s),
       generation = CASE WHEN generation_at < astra_now() - make_interval(secs => %(nonce_life)s) THEN generation + 1 ELSE generation END,
       generation_at = CASE WHEN generation_at >= astra_now() - make_interval(secs => %(nonce_life)s) THEN generation_at
                            ELSE astra_now() END
 WHERE id = (
        SELECT id FROM publication_publication
         WHERE seller_id = %(seller_id)s AND id = %(publication_id)s
           AND (state IN ('wanted', 'outdated') OR (state = 'publishing' AND lease_until <= astra_now()))
           FOR UPDATE)
RETURNING product_id, instance_id, channel_id, message_id, fence, generation
