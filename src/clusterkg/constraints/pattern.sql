-- sh:PatternConstraintComponent (SHACL 4.4.3): a value node that does not match, or a blank node.
-- $pattern: pattern sh:pattern
-- judged: pattern
-- $pattern is NULL where this engine may read it otherwise than SHACL's reference does.
SELECT t.id
FROM term AS t
WHERE t.id IN (SELECT value FROM value)
  AND NOT coalesce(t.kind <> 'blank' AND regexp_matches(t.value, $pattern), false)
