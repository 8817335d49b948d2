-- sh:AndConstraintComponent (SHACL 4.6.2): a value node that fails one of the shapes.
-- failing: shapes sh:and
SELECT v.this, v.value
FROM value AS v
WHERE EXISTS (SELECT 1 FROM failing AS f WHERE f.value = v.value)
