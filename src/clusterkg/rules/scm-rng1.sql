-- A class above a property's range is its range too.
SELECT d.s AS s, d.p AS p, c.o AS o,
       d.s AS s1, d.p AS p1, d.o AS o1,
       c.s AS s2, c.p AS p2, c.o AS o2
FROM property_range AS d
JOIN sub_class AS c ON c.s = d.o
