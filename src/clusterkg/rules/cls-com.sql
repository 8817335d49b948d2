-- Nothing is in a class and in its complement.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       c.s AS s3, c.p AS p3, c.o AS o3
FROM complement_of AS c
JOIN type AS t1 ON t1.o = c.s
JOIN type AS t2 ON t2.o = c.o AND t2.s = t1.s
