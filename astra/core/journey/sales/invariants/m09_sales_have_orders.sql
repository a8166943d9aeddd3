-- M09 no sale is booked without a paid order and the payment that was applied to it
SELECT t.id, t.object_id
  FROM ledger_transfer t
 WHERE t.kind = 'sale'
   AND NOT EXISTS (SELECT FROM sales_order o JOIN payments_payment p ON p.id = o.payment_id AND p.seller_id = o.seller_id
                    WHERE o.seller_id = t.seller_id AND o.id::text = t.object_id AND o.paid_at IS NOT NULL
                      AND p.id::text = t.key AND p.state = 'applied')
