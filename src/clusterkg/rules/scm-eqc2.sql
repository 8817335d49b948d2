-- Classes below each other are equivalent.
SELECT c1.s AS s, v.owl_equivalent_class AS p, c1.o AS o,
       c1.s AS s1, c1.p AS p1, c1.o AS o1,
       c2.s AS s2, c2.p AS p2, c2.o AS o2
FROM sub_class AS c1
JOIN sub_class AS c2 ON c2.s = c1.o AND c2.o = c1.s
CROSS JOIN vocabulary AS v
