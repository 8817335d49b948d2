-- sh:NotConstraintComponent (SHACL 4.6.1): a value node that conforms to the shape.
-- failing: shape sh:not
SELECT v.this, v.value
FROM value AS v
WHERE NOT EXISTS (SELECT 1 FROM failing AS f WHERE f.value = v.value)
