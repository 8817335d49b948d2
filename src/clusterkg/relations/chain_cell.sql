-- Property chains as pairs: `step`, then `rest` (the last property, or the cell that stands for the
-- rest of the chain), make `head` (the property, or a cell).
SELECT a.s, a.p, a.o,
       CASE m.place WHEN 1 THEN a.s ELSE here.id END AS head,
       m.member AS step,
       coalesce(there.id, n.member) AS rest
FROM property_chain AS a
JOIN list_member AS m ON m.list = a.o
LEFT JOIN list_member AS n ON n.list = m.list AND n.place = m.place + 1
LEFT JOIN cell AS here ON here.kind = 'chain' AND here.list = m.list AND here.place = m.place
LEFT JOIN cell AS there ON there.kind = 'chain' AND there.list = m.list AND there.place = m.place + 1
WHERE m.size = 1 OR m.place < m.size
