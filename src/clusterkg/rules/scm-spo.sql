-- What is below a property is below the properties above that one.
SELECT p1.s AS s, p1.p AS p, p2.o AS o,
       p1.s AS s1, p1.p AS p1, p1.o AS o1,
       p2.s AS s2, p2.p AS p2, p2.o AS o2
FROM sub_property AS p1
JOIN sub_property AS p2 ON p2.s = p1.o
