-- One claimant: the row is taken if it is due, or if its lease ran out. All times are the database's.
UPDATE delivery_notice
   SET state = 'attempting',
       fence = fence + 1,
       attempts = attempts + 1,
       lease_until = astra_now() + make_interval(secs => %(lease)s),
       first_attempt_at = coalesce(first_attempt_at, astra_now()),
       generation = CASE WHEN generation_at < astra_now() - make_interval(secs => %(nonce_life)s) THEN generation + 1 ELSE generation END,
       generation_at = CASE WHEN generation_at >= astra_now() - make_interval(secs => %(nonce_life)s) THEN generation_at ELSE astra_now() END,
       reason = ''
 WHERE id = (
        SELECT id FROM delivery_notice
         WHERE seller_id = %(seller_id)s AND order_id = %(order_id)s
           AND ((state IN ('pending', 'parked') AND next_try_at <= astra_now()) OR (state = 'attempting' AND lease_until <= astra_now()))
           FOR UPDATE SKIP LOCKED)
RETURNING id, instance_id, about, reference, fence, attempts, first_attempt_at, generation,
          attempts > 1 AND first_attempt_at < astra_now() - make_interval(secs => %(nonce_life)s) AS read_back
