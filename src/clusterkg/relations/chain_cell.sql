-- Property chains as pairs: `step`, then `rest` (the last property, or a cell that stands for the
-- rest of the chain), make `head` (the property, or a cell).
SELECT a.s, a.p, a.o,
       CASE m.place WHEN 1 THEN a.s ELSE m.cell END AS head,
       m.member AS step,
       CASE WHEN n.place = m.size THEN n.member ELSE n.cell END AS rest
FROM property_chain AS a
JOIN list_member AS m ON m.list = a.o
LEFT JOIN list_member AS n ON n.list = m.list AND n.place = m.place + 1
WHERE m.size = 1 OR m.place < m.size
