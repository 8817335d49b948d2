-- An object property is below and equivalent to itself.
SELECT p.s AS s, v.rdfs_sub_property_of AS p, p.s AS o,
       p.s AS s1, p.p AS p1, p.o AS o1
FROM object_property AS p
CROSS JOIN vocabulary AS v
UNION ALL
SELECT p.s AS s, v.owl_equivalent_property AS p, p.s AS o,
       p.s AS s1, p.p AS p1, p.o AS o1
FROM object_property AS p
CROSS JOIN vocabulary AS v
