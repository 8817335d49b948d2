-- sh:LessThanConstraintComponent (SHACL 4.5.3): a value node that is not less
-- than a value of the property; once for each such value.
-- $property: property sh:lessThan
-- Of property shapes alone.
-- judged pairs: less_than
-- Whole numbers and days written plainly are compared here, all else pair by pair.
SELECT v.this, v.value, other.o AS other
FROM value AS v
JOIN fact AS other ON other.s = v.this AND other.p = $property
JOIN term AS a ON a.id = v.value
JOIN term AS b ON b.id = other.o
WHERE NOT coalesce(CASE
    WHEN a.datatype = 'http://www.w3.org/2001/XMLSchema#integer' AND b.datatype = a.datatype
         AND regexp_full_match(a.value, '[+-]?[0-9]{1,18}')
         AND regexp_full_match(b.value, '[+-]?[0-9]{1,18}')
        THEN TRY_CAST(a.value AS HUGEINT) < TRY_CAST(b.value AS HUGEINT)
    WHEN a.datatype = 'http://www.w3.org/2001/XMLSchema#date' AND b.datatype = a.datatype
         AND regexp_full_match(a.value, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND a.value >= '0001'
         AND regexp_full_match(b.value, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND b.value >= '0001'
        THEN TRY_CAST(a.value AS DATE) < TRY_CAST(b.value AS DATE) END, false)
