-- Disjoint properties never relate the same two things.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       d.s AS s3, d.p AS p3, d.o AS o3
FROM disjoint_property AS d
JOIN triple AS t1 ON t1.p = d.s
JOIN triple AS t2 ON t2.p = d.o AND t2.s = t1.s AND t2.o = t1.o
UNION ALL
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       d.s AS s3, d.p AS p3, d.o AS o3
FROM disjoint_property AS d
JOIN triple AS t1 ON t1.p = d.s
JOIN equal_literal AS q1 ON q1.literal = t1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t2 ON t2.p = d.o AND t2.s = t1.s AND t2.o = q2.literal
