-- Nothing is known of the values of that datatype, so nothing would be found to have one.
SELECT w.s AS node, k.value AS construct
FROM some_values_from AS w
JOIN word AS k ON k.id = w.p
JOIN term AS d ON d.id = w.o
WHERE NOT EXISTS (SELECT 1 FROM known_datatype AS n WHERE n.id = d.id)
  AND (starts_with(d.value, 'http://www.w3.org/2001/XMLSchema#')
       OR EXISTS (SELECT 1 FROM speech AS t
                  JOIN vocabulary AS v ON t.p = v.rdf_type
                  JOIN word AS c ON c.id = t.o
                      AND c.value = 'http://www.w3.org/2000/01/rdf-schema#Datatype'
                  WHERE t.s = w.o))
