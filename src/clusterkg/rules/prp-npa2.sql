-- What a negative assertion denies of a thing and a literal is not true.
SELECT t.s AS s1, t.p AS p1, t.o AS o1,
       n1.s AS s2, n1.p AS p2, n1.o AS o2,
       n2.s AS s3, n2.p AS p3, n2.o AS o3,
       n3.s AS s4, n3.p AS p4, n3.o AS o4
FROM source_individual AS n1
JOIN assertion_property AS n2 ON n2.s = n1.s
JOIN target_value AS n3 ON n3.s = n1.s
JOIN triple AS t ON t.s = n1.o AND t.p = n2.o AND t.o = n3.o
UNION ALL
SELECT t.s AS s1, t.p AS p1, t.o AS o1,
       n1.s AS s2, n1.p AS p2, n1.o AS o2,
       n2.s AS s3, n2.p AS p3, n2.o AS o3,
       n3.s AS s4, n3.p AS p4, n3.o AS o4
FROM source_individual AS n1
JOIN assertion_property AS n2 ON n2.s = n1.s
JOIN target_value AS n3 ON n3.s = n1.s
JOIN equal_literal AS q1 ON q1.literal = n3.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t ON t.s = n1.o AND t.p = n2.o AND t.o = q2.literal
