-- Intersections as pairs: `part` and the rest make the head, where to be in the head is the triple
-- (x, head_link, head), and to be in the rest (x, rest_link, rest). The head is the intersection or
-- a cell, the rest the last part or a cell; a cell stands for the parts from there on.
SELECT a.s, a.p, a.o,
       CASE m.place WHEN 1 THEN v.rdf_type ELSE here.id END AS head_link,
       CASE m.place WHEN 1 THEN a.s ELSE here.id END AS head,
       m.member AS part,
       CASE WHEN n.place = m.size THEN v.rdf_type ELSE there.id END AS rest_link,
       coalesce(there.id, n.member) AS rest
FROM intersection_of AS a
CROSS JOIN vocabulary AS v
JOIN list_member AS m ON m.list = a.o
LEFT JOIN list_member AS n ON n.list = m.list AND n.place = m.place + 1
LEFT JOIN cell AS here ON here.kind = 'intersection' AND here.list = m.list AND here.place = m.place
LEFT JOIN cell AS there
    ON there.kind = 'intersection' AND there.list = m.list AND there.place = m.place + 1
WHERE m.size = 1 OR m.place < m.size
