-- sh:OrConstraintComponent (SHACL 4.6.3): a value node that fails all of the shapes.
-- failing: shapes sh:or
SELECT v.this, v.value
FROM value AS v
WHERE v.value IN (
    SELECT f.value FROM failing AS f GROUP BY f.value HAVING count(DISTINCT f.shape) = $shapes)
