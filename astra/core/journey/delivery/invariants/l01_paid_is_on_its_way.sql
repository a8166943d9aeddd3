-- L01 no paid order without delivery progress, or a visible reason, for more than 15 minutes
SELECT o.id, o.paid_at
  FROM sales_order o
 WHERE o.commercial = 'paid' AND o.fulfilment <> 'done' AND o.paid_at < astra_now() - interval '15 minutes'
   AND NOT EXISTS (SELECT FROM delivery_delivery y JOIN delivery_notice n ON n.id = y.notice_id
                    WHERE y.order_id = o.id
                      AND (y.state IN ('delivered', 'waiting_stock', 'action_required', 'dead_letter') OR n.reason <> ''))
