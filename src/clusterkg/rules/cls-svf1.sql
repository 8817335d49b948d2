-- What has a value from a class is in the restriction that asks for one.
SELECT t1.s AS s, v.rdf_type AS p, w.s AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       w.s AS s3, w.p AS p3, w.o AS o3,
       r.s AS s4, r.p AS p4, r.o AS o4
FROM some_values_from AS w
JOIN on_property AS r ON r.s = w.s
JOIN triple AS t1 ON t1.p = r.o
JOIN type AS t2 ON t2.s = t1.o AND t2.o = w.o
CROSS JOIN vocabulary AS v
UNION ALL
SELECT t.s AS s, v.rdf_type AS p, w.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       w.s AS s2, w.p AS p2, w.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM some_values_from AS w
JOIN on_property AS r ON r.s = w.s
JOIN literal_type AS y ON y.datatype = w.o
JOIN triple AS t ON t.p = r.o AND t.o = y.literal
CROSS JOIN vocabulary AS v
