-- What has any value is in the restriction that asks for a value from owl:Thing.
SELECT t.s AS s, v.rdf_type AS p, w.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       w.s AS s2, w.p AS p2, w.o AS o2,
       r.s AS s3, r.p AS p3, r.o AS o3
FROM some_values_from AS w
JOIN vocabulary AS v ON v.owl_thing = w.o
JOIN on_property AS r ON r.s = w.s
JOIN triple AS t ON t.p = r.o
