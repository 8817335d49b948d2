-- Equivalent classes are below each other.
SELECT c.s AS s, v.rdfs_sub_class_of AS p, c.o AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM equivalent_class AS c
CROSS JOIN vocabulary AS v
UNION ALL
SELECT c.o AS s, v.rdfs_sub_class_of AS p, c.s AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM equivalent_class AS c
CROSS JOIN vocabulary AS v
