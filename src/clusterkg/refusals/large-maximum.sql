-- The rules know the maxima 0 and 1 only.
SELECT c.s AS node, k.value AS construct
FROM max_cardinality AS c
JOIN word AS k ON k.id = c.p
WHERE NOT EXISTS (SELECT 1 FROM max_zero AS z WHERE z.s = c.s AND z.o = c.o)
  AND NOT EXISTS (SELECT 1 FROM max_one AS n WHERE n.s = c.s AND n.o = c.o)
UNION ALL
SELECT c.s AS node, k.value AS construct
FROM max_qualified_cardinality AS c
JOIN word AS k ON k.id = c.p
WHERE NOT EXISTS (SELECT 1 FROM max_qualified_zero AS z WHERE z.s = c.s AND z.o = c.o)
  AND NOT EXISTS (SELECT 1 FROM max_qualified_one AS n WHERE n.s = c.s AND n.o = c.o)
