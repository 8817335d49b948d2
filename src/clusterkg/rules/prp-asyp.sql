-- An asymmetric property never holds in both directions.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       a.s AS s3, a.p AS p3, a.o AS o3
FROM asymmetric_property AS a
JOIN triple AS t1 ON t1.p = a.s
JOIN triple AS t2 ON t2.p = a.s AND t2.s = t1.o AND t2.o = t1.s
