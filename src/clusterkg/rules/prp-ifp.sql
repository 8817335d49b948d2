-- The subjects of one value of an inverse functional property are the same.
SELECT t1.s AS s, v.owl_same_as AS p, t2.s AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       f.s AS s3, f.p AS p3, f.o AS o3
FROM inverse_functional_property AS f
JOIN triple AS t1 ON t1.p = f.s
JOIN triple AS t2 ON t2.p = f.s AND t2.o = t1.o AND t2.s <> t1.s
CROSS JOIN vocabulary AS v
UNION ALL
SELECT t1.s AS s, v.owl_same_as AS p, t2.s AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       f.s AS s3, f.p AS p3, f.o AS o3
FROM inverse_functional_property AS f
JOIN triple AS t1 ON t1.p = f.s
JOIN equal_literal AS q1 ON q1.literal = t1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t2 ON t2.p = f.s AND t2.o = q2.literal AND t2.s <> t1.s
CROSS JOIN vocabulary AS v
