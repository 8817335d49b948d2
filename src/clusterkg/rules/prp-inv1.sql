-- A property read backwards is its inverse.
SELECT t.o AS s, i.o AS p, t.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       i.s AS s2, i.p AS p2, i.o AS o2
FROM triple AS t
JOIN inverse_of AS i ON i.s = t.p
WHERE t.o > 0
