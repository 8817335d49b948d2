-- Imports are not followed: name the imported file too, where its axioms are wanted.
SELECT i.s AS node, p.value AS construct
FROM speech AS i
JOIN word AS p ON p.id = i.p AND p.value = 'http://www.w3.org/2002/07/owl#imports'
WHERE NOT EXISTS (
    SELECT 1 FROM speech AS t
    JOIN vocabulary AS y ON t.p = y.rdf_type
    JOIN word AS o ON o.id = t.o AND o.value = 'http://www.w3.org/2002/07/owl#Ontology'
    WHERE t.s = i.o)
  AND NOT EXISTS (
    SELECT 1 FROM speech AS v
    JOIN word AS n ON n.id = v.p AND n.value = 'http://www.w3.org/2002/07/owl#versionIRI'
    WHERE v.o = i.o)
