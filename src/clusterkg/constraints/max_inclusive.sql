-- sh:MaxInclusiveConstraintComponent (SHACL 4.3.4): a value node that is not
-- comparable with $bound, or more.
-- $bound: bound sh:maxInclusive
-- judged: max_inclusive
-- Numbers written plainly are compared here, all else one by one.
SELECT t.id
FROM term AS t
WHERE t.id IN (SELECT value FROM value)
  AND NOT coalesce(
      t.datatype IN ('http://www.w3.org/2001/XMLSchema#integer',
                     'http://www.w3.org/2001/XMLSchema#decimal')
      AND regexp_full_match(t.value, '-?[0-9]{1,18}([.][0-9]{1,9})?')
      AND (t.datatype = 'http://www.w3.org/2001/XMLSchema#decimal' OR NOT contains(t.value, '.'))
      AND TRY_CAST(t.value AS DECIMAL(38, 9)) <= TRY_CAST($bound AS DECIMAL(38, 9)), false)
