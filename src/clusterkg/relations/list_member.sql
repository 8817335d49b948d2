-- The members of the lists that axioms end in, with their places from 1 and the cells that hold them,
-- as asserted: what is the same as a member is reached by eq-rep-*.
SELECT c.list, c.place, c.cell, f.o AS member, n.size
FROM link AS c
JOIN (SELECT link.list, count(*) - 1 AS size FROM link GROUP BY link.list) AS n ON n.list = c.list
JOIN list_first AS f ON f.s = c.cell AND f.step = 0
CROSS JOIN vocabulary AS v
WHERE c.cell <> v.rdf_nil
