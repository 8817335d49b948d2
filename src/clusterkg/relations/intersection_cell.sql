-- Intersections as pairs: `part` and `rest` make `head`, where to be in the head is the triple
-- (x, head_link, head), to be in the part (x, part_link, part) and in the rest (x, rest_link, rest).
-- The head is the intersection or a cell, which stands for some of its parts; part and rest are each a
-- part or a cell. `class` is the part where it is no cell.
SELECT a.s, a.p, a.o,
       CASE WHEN h.whole THEN v.rdf_type ELSE here.id END AS head_link,
       CASE WHEN h.whole THEN a.s ELSE here.id END AS head,
       coalesce(former.id, v.rdf_type) AS part_link,
       coalesce(former.id, m.member) AS part,
       CASE WHEN h.former_single THEN m.member END AS class,
       coalesce(latter.id, v.rdf_type) AS rest_link,
       coalesce(latter.id, n.member) AS rest
FROM intersection_of AS a
CROSS JOIN vocabulary AS v
JOIN list_half AS h ON h.list = a.o
JOIN list_member AS m ON m.list = h.list AND m.place = h.former
JOIN list_member AS n ON n.list = h.list AND n.place = h.latter
LEFT JOIN cell AS here ON here.kind = 'intersection' AND here.list = h.list AND here.place = h.place
LEFT JOIN cell AS former ON former.kind = 'intersection' AND former.list = h.list
                        AND former.place = h.former AND NOT h.former_single
LEFT JOIN cell AS latter ON latter.kind = 'intersection' AND latter.list = h.list
                        AND latter.place = h.latter AND NOT h.latter_single
UNION ALL
SELECT a.s, a.p, a.o, v.rdf_type, a.s, v.rdf_type, m.member, m.member, v.rdf_type, NULL
FROM intersection_of AS a
CROSS JOIN vocabulary AS v
JOIN list_member AS m ON m.list = a.o
WHERE m.size = 1
