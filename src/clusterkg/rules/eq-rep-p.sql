-- What is said with a property is said with its same.
SELECT t.s AS s, e.o AS p, t.o AS o,
       e.s AS s1, e.p AS p1, e.o AS o1,
       t.s AS s2, t.p AS p2, t.o AS o2
FROM same_as AS e
JOIN triple AS t ON t.p = e.s
