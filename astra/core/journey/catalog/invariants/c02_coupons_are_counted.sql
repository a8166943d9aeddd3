-- C02 a coupon counts exactly the orders that hold it, and never more than its limit
SELECT c.id, c.code, c.uses, count(u.id) AS held
  FROM catalog_coupon c LEFT JOIN catalog_coupon_use u ON u.coupon_id = c.id AND u.returned_at IS NULL
 GROUP BY c.id, c.code, c.uses, c.max_uses
HAVING c.uses <> count(u.id) OR count(u.id) > c.max_uses
