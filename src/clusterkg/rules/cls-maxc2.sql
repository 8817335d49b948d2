-- The values of what may have one value are the same.
SELECT t2.o AS s, v.owl_same_as AS p, t3.o AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       t3.s AS s3, t3.p AS p3, t3.o AS o3,
       c.s AS s4, c.p AS p4, c.o AS o4,
       r.s AS s5, r.p AS p5, r.o AS o5
FROM max_one AS c
JOIN on_property AS r ON r.s = c.s
JOIN type AS t1 ON t1.o = c.s
JOIN triple AS t2 ON t2.p = r.o AND t2.s = t1.s
JOIN triple AS t3 ON t3.p = r.o AND t3.s = t1.s AND t3.o <> t2.o
CROSS JOIN vocabulary AS v
WHERE t2.o > 0 AND t3.o > 0
