-- A property has the domain of the properties above it.
SELECT p.s AS s, d.p AS p, d.o AS o,
       d.s AS s1, d.p AS p1, d.o AS o1,
       p.s AS s2, p.p AS p2, p.o AS o2
FROM property_domain AS d
JOIN sub_property AS p ON p.o = d.s
