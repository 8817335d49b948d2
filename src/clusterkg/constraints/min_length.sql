-- sh:MinLengthConstraintComponent (SHACL 4.4.1): a value node of fewer characters, or a blank node.
-- $least: count sh:minLength
-- judged: min_length
SELECT t.id
FROM term AS t
WHERE t.id IN (SELECT value FROM value) AND $least > 0
  AND (t.kind = 'blank' OR length(t.value) < $least OR t.kind = 'literal' AND t.datatype NOT IN (
      'http://www.w3.org/2001/XMLSchema#string',
      'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'))
