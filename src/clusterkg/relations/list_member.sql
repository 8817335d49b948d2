-- The members of the lists that axioms end in, with their places from 1 and the cells that hold them,
-- as asserted: what is the same as a member is reached by eq-rep-*.
WITH RECURSIVE link AS (
    SELECT DISTINCT h.list, 1 AS place, h.list AS cell FROM list_head AS h WHERE h.list > 0
    UNION
    SELECT c.list, c.place + 1, r.o
    FROM link AS c
    JOIN list_rest AS r ON r.s = c.cell AND r.step = 0)
SELECT c.list, c.place, c.cell, f.o AS member, n.size
FROM link AS c
JOIN (SELECT link.list, count(*) - 1 AS size FROM link GROUP BY link.list) AS n ON n.list = c.list
JOIN list_first AS f ON f.s = c.cell AND f.step = 0
