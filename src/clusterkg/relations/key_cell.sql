-- Keys as pairs: agreement on `property` and on `rest` (the cell that stands for the properties from
-- there on; null for the last) makes `link` (owl:sameAs, or a cell).
SELECT a.s, a.p, a.o, a.s AS class,
       CASE m.place WHEN 1 THEN v.owl_same_as ELSE here.id END AS link,
       m.member AS property,
       there.id AS rest
FROM has_key AS a
CROSS JOIN vocabulary AS v
JOIN list_member AS m ON m.list = a.o
LEFT JOIN cell AS here ON here.kind = 'key' AND here.list = m.list AND here.place = m.place
LEFT JOIN cell AS there ON there.kind = 'key' AND there.list = m.list AND there.place = m.place + 1
