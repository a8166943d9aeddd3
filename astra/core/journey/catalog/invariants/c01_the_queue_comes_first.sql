-- C01 nothing of a variation is on sale while a paid order waits for it
SELECT r.id, r.order_id, r.variation_id FROM catalog_reservation r
 WHERE r.state = 'queued'
   AND EXISTS (SELECT FROM catalog_stock_item i WHERE i.seller_id = r.seller_id AND i.variation_id = r.variation_id AND i.state = 'available')
