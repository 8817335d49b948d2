-- sh:EqualsConstraintComponent (SHACL 4.5.1): a value of one that is no value of the other.
-- $property: property sh:equals
WITH other AS (
    SELECT t.s AS this, t.o AS value FROM fact AS t
    WHERE t.p = $property AND t.s IN (SELECT this FROM focus))
(SELECT this, value FROM value EXCEPT SELECT this, value FROM other)
UNION ALL
(SELECT this, value FROM other EXCEPT SELECT this, value FROM value)
