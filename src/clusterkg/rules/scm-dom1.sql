-- A class above a property's domain is its domain too.
SELECT d.s AS s, d.p AS p, c.o AS o,
       d.s AS s1, d.p AS p1, d.o AS o1,
       c.s AS s2, c.p AS p2, c.o AS o2
FROM property_domain AS d
JOIN sub_class AS c ON c.s = d.o
