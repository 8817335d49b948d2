-- The values of what is in a restriction to a class are in the class.
SELECT t2.o AS s, t1.p AS p, w.o AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       w.s AS s3, w.p AS p3, w.o AS o3,
       r.s AS s4, r.p AS p4, r.o AS o4
FROM all_values_from AS w
JOIN on_property AS r ON r.s = w.s
JOIN type AS t1 ON t1.o = w.s
JOIN triple AS t2 ON t2.p = r.o AND t2.s = t1.s
WHERE t2.o > 0
