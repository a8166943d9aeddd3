-- P04 whatever is not settled has its next look, and money that is kept apart has a day on which it goes back, or a refund
SELECT 'charge' AS kind, seller_id, id, state FROM payments_charge
 WHERE state IN ('created', 'unknown', 'pending') AND next_look_at IS NULL
UNION ALL
SELECT 'refund', seller_id, id, state FROM payments_refund
 WHERE state IN ('requested', 'unknown', 'pending') AND next_look_at IS NULL
UNION ALL
SELECT 'payout', seller_id, id, state FROM payments_payout
 WHERE state IN ('created', 'sending', 'unknown', 'processing') AND next_look_at IS NULL
UNION ALL
SELECT 'payment', p.seller_id, p.id, p.reason FROM payments_payment p
 WHERE p.state = 'parked' AND p.refund_at IS NULL
   AND NOT EXISTS (SELECT FROM payments_refund r WHERE r.seller_id = p.seller_id AND r.payment_id = p.id)
