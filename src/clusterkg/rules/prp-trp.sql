-- A transitive property reaches as far as its steps lead.
--
-- By doubling: a chain has as many ways to a pair as there are members between.
SELECT t1.s AS s, t1.p AS p, t2.o AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM transitive_property AS r
JOIN triple AS t1 ON t1.p = r.s
JOIN triple AS t2 ON t2.p = r.s AND t2.s = t1.o
