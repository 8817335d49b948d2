-- A functional property, or one that may have one value, does not have two literals that differ.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       f.s AS s3, f.p AS p3, f.o AS o3
FROM functional_property AS f
JOIN literal_triple AS t1 ON t1.p = f.s
JOIN literal_triple AS t2 ON t2.p = t1.p AND t2.s = t1.s
WHERE t1.value < t2.value
UNION ALL
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       t3.s AS s3, t3.p AS p3, t3.o AS o3,
       c.s AS s4, c.p AS p4, c.o AS o4,
       r.s AS s5, r.p AS p5, r.o AS o5
FROM max_one AS c
JOIN on_property AS r ON r.s = c.s
JOIN type AS t1 ON t1.o = c.s
JOIN literal_triple AS t2 ON t2.p = r.o AND t2.s = t1.s
JOIN literal_triple AS t3 ON t3.p = t2.p AND t3.s = t2.s
WHERE t2.value < t3.value
