-- P03 no payout is paid or returned without the provider's id, and no purpose has two that live
SELECT seller_id, purpose_kind, purpose_id, count(*) AS live
  FROM payments_payout WHERE state NOT IN ('failed', 'returned')
 GROUP BY 1, 2, 3 HAVING count(*) > 1
UNION ALL
SELECT seller_id, purpose_kind, purpose_id, 1
  FROM payments_payout WHERE state IN ('paid', 'returned') AND provider_id = ''
