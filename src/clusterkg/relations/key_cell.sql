-- Keys as pairs: agreement on `property` and on `rest` (a cell that stands for the properties from
-- there on; null for the last) makes `link` (owl:sameAs, or a cell).
SELECT a.s, a.p, a.o, a.s AS class,
       CASE m.place WHEN 1 THEN v.owl_same_as ELSE m.cell END AS link,
       m.member AS property,
       n.cell AS rest
FROM has_key AS a
JOIN list_member AS m ON m.list = a.o
LEFT JOIN (SELECT DISTINCT list, place, cell FROM list_member) AS n
    ON n.list = m.list AND n.place = m.place + 1
CROSS JOIN vocabulary AS v
