-- The places of lists that need a name of their own, one for each kind of axiom that uses the list:
-- what is said of "the rest from there on" is said of that name, and of nothing else.
SELECT DISTINCT k.kind, m.list, m.place
FROM list_member AS m
JOIN (SELECT 'chain' AS kind, o AS list FROM property_chain
      UNION SELECT 'intersection', o FROM intersection_of
      UNION SELECT 'key', o FROM has_key) AS k ON k.list = m.list
WHERE m.place > 1 AND (m.place < m.size OR k.kind = 'key')
  AND NOT EXISTS (SELECT 1 FROM cell AS c
                  WHERE c.kind = k.kind AND c.list = m.list AND c.place = m.place)
