-- What is in every part of an intersection is in the intersection.
--
-- In pairs: a cell stands for some of the parts.
SELECT t1.s AS s, i.head_link AS p, i.head AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       i.s AS s3, i.p AS p3, i.o AS o3
FROM intersection_cell AS i
JOIN type AS t1 ON t1.o = i.class
JOIN triple AS t2 ON t2.p = i.rest_link AND t2.o = i.rest AND t2.s = t1.s
WHERE i.rest IS NOT NULL
UNION ALL
SELECT t1.s AS s, i.head_link AS p, i.head AS o,
       t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       i.s AS s3, i.p AS p3, i.o AS o3
FROM intersection_cell AS i
JOIN triple AS t1 ON t1.p = i.part_link AND t1.o = i.part
JOIN triple AS t2 ON t2.p = i.rest_link AND t2.o = i.rest AND t2.s = t1.s
WHERE i.class IS NULL
UNION ALL
SELECT t.s AS s, i.head_link AS p, i.head AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       i.s AS s2, i.p AS p2, i.o AS o2
FROM intersection_cell AS i
JOIN type AS t ON t.o = i.class
WHERE i.rest IS NULL
