-- Instances of a class that share a value of each of its key properties are the same.
--
-- From the last property backwards: a cell stands for agreement on the properties from there on.
SELECT x.s AS s, k.link AS p, y.s AS o,
       x.s AS s1, x.p AS p1, x.o AS o1,
       y.s AS s2, y.p AS p2, y.o AS o2,
       t1.s AS s3, t1.p AS p3, t1.o AS o3,
       t2.s AS s4, t2.p AS p4, t2.o AS o4,
       k.s AS s5, k.p AS p5, k.o AS o5
FROM key_cell AS k
JOIN triple AS t1 ON t1.p = k.property
JOIN triple AS t2 ON t2.p = k.property AND t2.o = t1.o AND t2.s <> t1.s
JOIN type AS x ON x.s = t1.s AND x.o = k.class
JOIN type AS y ON y.s = t2.s AND y.o = k.class
WHERE k.rest IS NULL
UNION ALL
SELECT x.s AS s, k.link AS p, y.s AS o,
       x.s AS s1, x.p AS p1, x.o AS o1,
       y.s AS s2, y.p AS p2, y.o AS o2,
       t1.s AS s3, t1.p AS p3, t1.o AS o3,
       t2.s AS s4, t2.p AS p4, t2.o AS o4,
       r.s AS s5, r.p AS p5, r.o AS o5,
       k.s AS s6, k.p AS p6, k.o AS o6
FROM key_cell AS k
JOIN triple AS r ON r.p = k.rest
JOIN triple AS t1 ON t1.p = k.property AND t1.s = r.s
JOIN triple AS t2 ON t2.p = k.property AND t2.s = r.o AND t2.o = t1.o
JOIN type AS x ON x.s = t1.s AND x.o = k.class
JOIN type AS y ON y.s = t2.s AND y.o = k.class
WHERE k.rest IS NOT NULL
UNION ALL
SELECT x.s AS s, k.link AS p, y.s AS o,
       x.s AS s1, x.p AS p1, x.o AS o1,
       y.s AS s2, y.p AS p2, y.o AS o2,
       t1.s AS s3, t1.p AS p3, t1.o AS o3,
       t2.s AS s4, t2.p AS p4, t2.o AS o4,
       k.s AS s5, k.p AS p5, k.o AS o5
FROM key_cell AS k
JOIN triple AS t1 ON t1.p = k.property
JOIN equal_literal AS q1 ON q1.literal = t1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t2 ON t2.p = k.property AND t2.o = q2.literal AND t2.s <> t1.s
JOIN type AS x ON x.s = t1.s AND x.o = k.class
JOIN type AS y ON y.s = t2.s AND y.o = k.class
WHERE k.rest IS NULL
UNION ALL
SELECT x.s AS s, k.link AS p, y.s AS o,
       x.s AS s1, x.p AS p1, x.o AS o1,
       y.s AS s2, y.p AS p2, y.o AS o2,
       t1.s AS s3, t1.p AS p3, t1.o AS o3,
       t2.s AS s4, t2.p AS p4, t2.o AS o4,
       r.s AS s5, r.p AS p5, r.o AS o5,
       k.s AS s6, k.p AS p6, k.o AS o6
FROM key_cell AS k
JOIN triple AS r ON r.p = k.rest
JOIN triple AS t1 ON t1.p = k.property AND t1.s = r.s
JOIN equal_literal AS q1 ON q1.literal = t1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t2 ON t2.p = k.property AND t2.s = r.o AND t2.o = q2.literal
JOIN type AS x ON x.s = t1.s AND x.o = k.class
JOIN type AS y ON y.s = t2.s AND y.o = k.class
WHERE k.rest IS NOT NULL
