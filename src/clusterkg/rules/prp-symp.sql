-- A symmetric property holds in both directions.
SELECT t.o AS s, t.p AS p, t.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       y.s AS s2, y.p AS p2, y.o AS o2
FROM triple AS t
JOIN symmetric_property AS y ON y.s = t.p
WHERE t.o > 0
