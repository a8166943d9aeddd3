-- S06 no reservation outlives its deadline by more than 10 minutes
SELECT id, order_id, state, until FROM catalog_reservation
 WHERE state IN ('held', 'waiting_unpaid') AND until < astra_now() - interval '10 minutes'
