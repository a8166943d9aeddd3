-- S01 one item, one order, for ever
SELECT stock_item_id, count(*) AS times FROM delivery_item GROUP BY 1 HAVING count(*) > 1
