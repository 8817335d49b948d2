-- What has the value is in the restriction to it.
SELECT t.s AS s, v.rdf_type AS p, h.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       h.s AS s2, h.p AS p2, h.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM has_value AS h
JOIN on_property AS r ON r.s = h.s
JOIN triple AS t ON t.p = r.o AND t.o = h.o
CROSS JOIN vocabulary AS v
UNION ALL
SELECT t.s AS s, v.rdf_type AS p, h.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       h.s AS s2, h.p AS p2, h.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM has_value AS h
JOIN on_property AS r ON r.s = h.s
JOIN equal_literal AS q1 ON q1.literal = h.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t ON t.p = r.o AND t.o = q2.literal
CROSS JOIN vocabulary AS v
