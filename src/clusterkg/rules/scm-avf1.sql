-- A restriction to a class is below the same restriction to a class above.
SELECT w1.s AS s, v.rdfs_sub_class_of AS p, w2.s AS o,
       w1.s AS s1, w1.p AS p1, w1.o AS o1,
       r1.s AS s2, r1.p AS p2, r1.o AS o2,
       w2.s AS s3, w2.p AS p3, w2.o AS o3,
       r2.s AS s4, r2.p AS p4, r2.o AS o4,
       c.s AS s5, c.p AS p5, c.o AS o5
FROM all_values_from AS w1
JOIN on_property AS r1 ON r1.s = w1.s
JOIN sub_class AS c ON c.s = w1.o
JOIN all_values_from AS w2 ON w2.o = c.o
JOIN on_property AS r2 ON r2.s = w2.s AND r2.o = r1.o
CROSS JOIN vocabulary AS v
