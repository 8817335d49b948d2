-- What is in a restriction to a value has the value.
SELECT t.s AS s, r.o AS p, h.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       h.s AS s2, h.p AS p2, h.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM type AS t
JOIN has_value AS h ON h.s = t.o
JOIN on_property AS r ON r.s = h.s
