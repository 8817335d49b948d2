-- sh:MaxCountConstraintComponent (SHACL 4.2.2): more value nodes than $most.
-- $most: count sh:maxCount
-- Of property shapes alone.
SELECT this, NULL AS value
FROM value
GROUP BY this
HAVING count(*) > $most
