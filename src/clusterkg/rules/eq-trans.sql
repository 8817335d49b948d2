-- Two things that are the same as a third are the same.
--
-- By doubling: as prp-trp.
SELECT e1.s AS s, e1.p AS p, e2.o AS o,
       e1.s AS s1, e1.p AS p1, e1.o AS o1,
       e2.s AS s2, e2.p AS p2, e2.o AS o2
FROM same_as AS e1
JOIN same_as AS e2 ON e2.s = e1.o
