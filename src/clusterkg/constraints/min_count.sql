-- sh:MinCountConstraintComponent (SHACL 4.2.1): fewer value nodes than $least.
-- $least: count sh:minCount
-- Of property shapes alone.
SELECT f.this, NULL AS value
FROM focus AS f LEFT JOIN value AS v ON v.this = f.this
GROUP BY f.this
HAVING count(v.value) < $least
