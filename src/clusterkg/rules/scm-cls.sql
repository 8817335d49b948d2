-- A class is below and equivalent to itself, below owl:Thing and above owl:Nothing.
SELECT c.s AS s, v.rdfs_sub_class_of AS p, c.s AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM class_declaration AS c
CROSS JOIN vocabulary AS v
UNION ALL
SELECT c.s AS s, v.owl_equivalent_class AS p, c.s AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM class_declaration AS c
CROSS JOIN vocabulary AS v
UNION ALL
SELECT c.s AS s, v.rdfs_sub_class_of AS p, v.owl_thing AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM class_declaration AS c
CROSS JOIN vocabulary AS v
UNION ALL
SELECT v.owl_nothing AS s, v.rdfs_sub_class_of AS p, c.s AS o,
       c.s AS s1, c.p AS p1, c.o AS o1
FROM class_declaration AS c
CROSS JOIN vocabulary AS v
