-- What may have no value from owl:Thing has none.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       c.s AS s3, c.p AS p3, c.o AS o3,
       r.s AS s4, r.p AS p4, r.o AS o4,
       k.s AS s5, k.p AS p5, k.o AS o5
FROM max_qualified_zero AS c
JOIN on_property AS r ON r.s = c.s
JOIN on_class AS k ON k.s = c.s
JOIN vocabulary AS v ON v.owl_thing = k.o
JOIN type AS t1 ON t1.o = c.s
JOIN triple AS t2 ON t2.p = r.o AND t2.s = t1.s
