-- The parts of lists that need a name of their own, one for each kind of axiom that uses the list:
-- what is said of the part is said of that name, and of nothing else. A part of a key is all from a
-- place on; a part of others is named by the place where it is cut.
SELECT DISTINCT k.kind, h.list, h.place
FROM list_half AS h
JOIN (SELECT 'chain' AS kind, o AS list FROM property_chain
      UNION SELECT 'intersection', o FROM intersection_of) AS k ON k.list = h.list
WHERE NOT h.whole
  AND NOT EXISTS (SELECT 1 FROM cell AS c
                  WHERE c.kind = k.kind AND c.list = h.list AND c.place = h.place)
UNION ALL
SELECT DISTINCT 'key', m.list, m.place
FROM list_member AS m
JOIN has_key AS k ON k.o = m.list
WHERE m.place > 1
  AND NOT EXISTS (SELECT 1 FROM cell AS c
                  WHERE c.kind = 'key' AND c.list = m.list AND c.place = m.place)
