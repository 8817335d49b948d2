-- sh:QualifiedMaxCountConstraintComponent (SHACL 4.7.3): more value nodes that conform to
-- the shape, and to
-- none of its siblings (shapes after the first), than asked for.
-- failing: qualified sh:qualifiedValueShape
-- $most: count sh:qualifiedMaxCount
WITH outside AS (
    SELECT f.value FROM failing AS f GROUP BY f.value
    HAVING count(*) = $shapes - 1 AND min(f.shape) > 0),
inside AS (
    SELECT v.this, v.value FROM value AS v
    WHERE CASE WHEN $shapes > 1 THEN v.value IN (SELECT o.value FROM outside AS o)
               ELSE v.value NOT IN (SELECT f.value FROM failing AS f) END)
SELECT f.this, NULL AS value
FROM focus AS f LEFT JOIN inside AS i ON i.this = f.this
GROUP BY f.this
HAVING count(i.value) > $most
