-- Property chains as pairs: `step`, then `rest`, make `head`. The head is the property or a cell, which
-- stands for a part of the chain; step and rest are each a property of the chain or a cell.
SELECT a.s, a.p, a.o,
       CASE WHEN h.whole THEN a.s ELSE here.id END AS head,
       coalesce(former.id, m.member) AS step,
       coalesce(latter.id, n.member) AS rest
FROM property_chain AS a
JOIN list_half AS h ON h.list = a.o
JOIN list_member AS m ON m.list = h.list AND m.place = h.former
JOIN list_member AS n ON n.list = h.list AND n.place = h.latter
LEFT JOIN cell AS here ON here.kind = 'chain' AND here.list = h.list AND here.place = h.place
LEFT JOIN cell AS former ON former.kind = 'chain' AND former.list = h.list
                        AND former.place = h.former AND NOT h.former_single
LEFT JOIN cell AS latter ON latter.kind = 'chain' AND latter.list = h.list
                        AND latter.place = h.latter AND NOT h.latter_single
UNION ALL
SELECT a.s, a.p, a.o, a.s, m.member, NULL
FROM property_chain AS a
JOIN list_member AS m ON m.list = a.o
WHERE m.size = 1
