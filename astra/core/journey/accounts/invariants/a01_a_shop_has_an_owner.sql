-- A01 a shop whose team has members has an owner among them
SELECT seller_id, count(*) AS members FROM accounts_member
 GROUP BY seller_id HAVING count(*) FILTER (WHERE role = 'owner') = 0
