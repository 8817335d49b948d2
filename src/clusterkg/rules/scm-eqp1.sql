-- Equivalent properties are below each other.
SELECT q.s AS s, v.rdfs_sub_property_of AS p, q.o AS o,
       q.s AS s1, q.p AS p1, q.o AS o1
FROM equivalent_property AS q
CROSS JOIN vocabulary AS v
UNION ALL
SELECT q.o AS s, v.rdfs_sub_property_of AS p, q.s AS o,
       q.s AS s1, q.p AS p1, q.o AS o1
FROM equivalent_property AS q
CROSS JOIN vocabulary AS v
