-- Steps along a property chain add up to the property.
--
-- From the end backwards: a cell stands for the rest of the chain from there on, so that a chain of any
-- length is a series of pairs.
SELECT t1.s AS s, c.head AS p, t2.o AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       c.s AS s3, c.p AS p3, c.o AS o3
FROM chain_cell AS c
JOIN triple AS t1 ON t1.p = c.step
JOIN triple AS t2 ON t2.p = c.rest AND t2.s = t1.o
WHERE c.rest IS NOT NULL
UNION ALL
SELECT t.s AS s, c.head AS p, t.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       c.s AS s2, c.p AS p2, c.o AS o2
FROM chain_cell AS c
JOIN triple AS t ON t.p = c.step
WHERE c.rest IS NULL
