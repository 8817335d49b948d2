-- What is a property's value is in the property's range.
--
-- Enough: least_range for property_range, as cax-sco leads to the classes above.
SELECT t.o AS s, v.rdf_type AS p, r.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       r.s AS s2, r.p AS p2, r.o AS o2
FROM triple AS t
JOIN property_range AS r ON r.s = t.p
CROSS JOIN vocabulary AS v
WHERE t.o > 0
