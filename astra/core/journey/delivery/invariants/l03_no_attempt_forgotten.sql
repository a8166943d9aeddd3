-- L03 no attempt is left past its lease by more than 10 minutes, while the order's money is there
SELECT n.id, n.order_id, n.lease_until
  FROM delivery_notice n JOIN sales_order o ON o.seller_id = n.seller_id AND o.id = n.order_id
 WHERE n.state = 'attempting' AND n.lease_until < astra_now() - interval '10 minutes'
   AND o.commercial IN ('paid', 'partially_refunded')
