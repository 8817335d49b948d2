-- Intersections as pairs: `part` and `rest` (the last part, or a cell that stands for the parts from
-- there on) make `head` (the intersection, or a cell).
SELECT a.s, a.p, a.o,
       CASE m.place WHEN 1 THEN a.s ELSE m.cell END AS head,
       m.member AS part,
       CASE WHEN n.place = m.size THEN n.member ELSE n.cell END AS rest
FROM intersection_of AS a
JOIN list_member AS m ON m.list = a.o
LEFT JOIN list_member AS n ON n.list = m.list AND n.place = m.place + 1
WHERE m.size = 1 OR m.place < m.size
