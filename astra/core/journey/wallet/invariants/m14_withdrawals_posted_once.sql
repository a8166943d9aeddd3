-- M14 withdrawal money leaves the wallet once when asked for, is paid once, and comes back once if it is not paid or sent back
SELECT w.seller_id, w.id, w.state, t.asked, t.paid, t.back
  FROM wallet_withdrawal w
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE kind = 'withdrawal') AS asked, count(*) FILTER (WHERE kind = 'withdrawal_paid') AS paid,
              count(*) FILTER (WHERE kind = 'withdrawal_reversal') AS back
         FROM ledger_transfer WHERE seller_id = w.seller_id AND key = w.id::text) t ON true
 WHERE t.asked <> 1
    OR t.back <> CASE WHEN w.state IN ('failed', 'returned', 'rejected', 'cancelled') THEN 1 ELSE 0 END
    OR (w.state = 'paid' AND t.paid <> 1) OR (w.state NOT IN ('paid', 'returned') AND t.paid <> 0) OR t.paid > 1
