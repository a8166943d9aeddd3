-- B02 the numbers of a year run from 1 to the last without a gap
SELECT c.year, c.last, count(i.id) AS given, max(split_part(i.number, '-', 2)::integer) AS highest
  FROM billing_invoice_counter c LEFT JOIN billing_invoice i ON i.number LIKE c.year::text || '-%'
 GROUP BY c.year, c.last HAVING count(i.id) <> c.last OR max(split_part(i.number, '-', 2)::integer) IS DISTINCT FROM c.last
