-- M15 no withdrawal is paid without the provider's own id for it, of exactly its amount less the fee
SELECT w.seller_id, w.id, w.payout_id, p.state, p.amount_minor
  FROM wallet_withdrawal w
  LEFT JOIN payments_payout p ON p.seller_id = w.seller_id AND p.id = w.payout_id
       AND p.purpose_kind = 'withdrawal' AND p.purpose_id = w.id
 WHERE w.payout_id IS NOT NULL
   AND (p.id IS NULL OR p.amount_minor <> w.amount_minor - w.fee_minor OR p.currency <> w.currency
        OR (w.state = 'paid' AND (p.state NOT IN ('paid') OR p.provider_id = '')))
