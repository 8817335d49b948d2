-- sh:HasValueConstraintComponent (SHACL 4.8.2): the term is not among the value nodes.
-- $wanted: term sh:hasValue
SELECT f.this, NULL AS value
FROM focus AS f
WHERE NOT EXISTS (SELECT 1 FROM value AS v WHERE v.this = f.this AND v.value = $wanted)
