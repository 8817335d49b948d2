-- The members of the lists that axioms end in, with their places from 1 and the cells that hold them,
-- as asserted: what is the same as a member is reached by eq-rep-*.
WITH RECURSIVE head AS (
    SELECT DISTINCT t.o AS list
    FROM triple AS t JOIN list_property AS l ON l.property = t.p
    WHERE t.o > 0),
cell AS (
    SELECT h.list, 1 AS place, h.list AS cell FROM head AS h
    UNION
    SELECT c.list, c.place + 1, r.o
    FROM cell AS c CROSS JOIN vocabulary AS v
    JOIN triple AS r ON r.s = c.cell AND r.p = v.rdf_rest AND r.step = 0)
SELECT c.list, c.place, c.cell, t.o AS member, n.size
FROM cell AS c
JOIN (SELECT cell.list, count(*) - 1 AS size FROM cell GROUP BY cell.list) AS n ON n.list = c.list
CROSS JOIN vocabulary AS v
JOIN triple AS t ON t.s = c.cell AND t.p = v.rdf_first AND t.step = 0
