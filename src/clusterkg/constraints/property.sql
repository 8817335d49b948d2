-- sh:PropertyConstraintComponent (SHACL 4.7.2): a value node that fails the property shape.
-- Only asked where a shape's results do not matter, but whether there are any.
-- failing: shape sh:property
SELECT v.this, v.value
FROM value AS v
WHERE EXISTS (SELECT 1 FROM failing AS f WHERE f.value = v.value)
