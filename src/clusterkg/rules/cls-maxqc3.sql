-- The values from a class of what may have one such value are the same.
SELECT t2.o AS s, v.owl_same_as AS p, t4.o AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       t3.s AS s3, t3.p AS p3, t3.o AS o3,
       t4.s AS s4, t4.p AS p4, t4.o AS o4,
       t5.s AS s5, t5.p AS p5, t5.o AS o5,
       c.s AS s6, c.p AS p6, c.o AS o6,
       r.s AS s7, r.p AS p7, r.o AS o7,
       k.s AS s8, k.p AS p8, k.o AS o8
FROM max_qualified_one AS c
JOIN on_property AS r ON r.s = c.s
JOIN on_class AS k ON k.s = c.s
JOIN type AS t1 ON t1.o = c.s
JOIN triple AS t2 ON t2.p = r.o AND t2.s = t1.s
JOIN type AS t3 ON t3.s = t2.o AND t3.o = k.o
JOIN triple AS t4 ON t4.p = r.o AND t4.s = t1.s AND t4.o <> t2.o
JOIN type AS t5 ON t5.s = t4.o AND t5.o = k.o
CROSS JOIN vocabulary AS v
