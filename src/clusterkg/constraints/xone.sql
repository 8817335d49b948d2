-- sh:XoneConstraintComponent (SHACL 4.6.4): a value node that does not conform to exactly one.
-- failing: shapes sh:xone
WITH counted AS (SELECT f.value, count(*) AS failed FROM failing AS f GROUP BY f.value)
SELECT v.this, v.value
FROM value AS v LEFT JOIN counted AS c ON c.value = v.value
WHERE $shapes - coalesce(c.failed, 0) <> 1
