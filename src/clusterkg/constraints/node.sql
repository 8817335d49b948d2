-- sh:NodeConstraintComponent (SHACL 4.7.1): a value node that fails the shape.
-- failing: shape sh:node
SELECT v.this, v.value
FROM value AS v
WHERE EXISTS (SELECT 1 FROM failing AS f WHERE f.value = v.value)
