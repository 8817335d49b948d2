-- A restriction to a value is below the same restriction on a property above.
SELECT h1.s AS s, v.rdfs_sub_class_of AS p, h2.s AS o,
       h1.s AS s1, h1.p AS p1, h1.o AS o1,
       r1.s AS s2, r1.p AS p2, r1.o AS o2,
       h2.s AS s3, h2.p AS p3, h2.o AS o3,
       r2.s AS s4, r2.p AS p4, r2.o AS o4,
       p.s AS s5, p.p AS p5, p.o AS o5
FROM has_value AS h1
JOIN on_property AS r1 ON r1.s = h1.s
JOIN sub_property AS p ON p.s = r1.o
JOIN on_property AS r2 ON r2.o = p.o
JOIN has_value AS h2 ON h2.s = r2.s AND h2.o = h1.o
CROSS JOIN vocabulary AS v
UNION ALL
SELECT h1.s AS s, v.rdfs_sub_class_of AS p, h2.s AS o,
       h1.s AS s1, h1.p AS p1, h1.o AS o1,
       r1.s AS s2, r1.p AS p2, r1.o AS o2,
       h2.s AS s3, h2.p AS p3, h2.o AS o3,
       r2.s AS s4, r2.p AS p4, r2.o AS o4,
       p.s AS s5, p.p AS p5, p.o AS o5
FROM has_value AS h1
JOIN on_property AS r1 ON r1.s = h1.s
JOIN sub_property AS p ON p.s = r1.o
JOIN on_property AS r2 ON r2.o = p.o
JOIN equal_literal AS q1 ON q1.literal = h1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN has_value AS h2 ON h2.s = r2.s AND h2.o = q2.literal
CROSS JOIN vocabulary AS v
