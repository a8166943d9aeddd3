-- M05 no account is below its minimum, now or at any point of its history, and each kind has its side and minimum
SELECT account_id, place, run, balance_after
  FROM (SELECT e.account_id, e.place, e.balance_after, a.min_balance,
               sum(CASE a.normal_side WHEN 'D' THEN e.amount_minor ELSE -e.amount_minor END)
                   OVER (PARTITION BY e.account_id ORDER BY e.place) AS run
          FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id) history
 WHERE run < min_balance OR run <> balance_after
UNION ALL
SELECT a.id, NULL, a.balance, a.min_balance
  FROM ledger_account a LEFT JOIN LATERAL ledger_rule_of(a.kind) r ON true
 WHERE a.balance < a.min_balance OR (r.normal_side, r.min_balance) IS DISTINCT FROM (a.normal_side::text, a.min_balance)
