-- L03 no attempt is left past its lease by more than 10 minutes
SELECT id, order_id, lease_until FROM delivery_notice WHERE state = 'attempting' AND lease_until < astra_now() - interval '10 minutes'
