-- What has a property is in the property's domain.
--
-- Enough: least_domain for property_domain, as cax-sco leads to the classes above.
SELECT t.s AS s, v.rdf_type AS p, d.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       d.s AS s2, d.p AS p2, d.o AS o2
FROM triple AS t
JOIN property_domain AS d ON d.s = t.p
CROSS JOIN vocabulary AS v
