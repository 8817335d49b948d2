-- sh:MaxLengthConstraintComponent (SHACL 4.4.2): a value node of more characters, or a blank node.
-- $most: count sh:maxLength
-- judged: max_length
SELECT t.id
FROM term AS t
WHERE t.id IN (SELECT value FROM value)
  AND (t.kind = 'blank' OR length(t.value) > $most OR t.kind = 'literal' AND t.datatype NOT IN (
      'http://www.w3.org/2001/XMLSchema#string',
      'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'))
