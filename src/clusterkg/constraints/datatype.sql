-- sh:DatatypeConstraintComponent (SHACL 4.1.2): a value node that is no well-formed literal of it.
-- $datatype: iri sh:datatype
-- judged: datatype
-- Literals whose form leaves no doubt are not judged one by one.
SELECT t.id
FROM term AS t
WHERE t.id IN (SELECT value FROM value)
  AND NOT (t.kind = 'literal' AND t.datatype = $datatype AND CASE t.datatype
      WHEN 'http://www.w3.org/2001/XMLSchema#string' THEN true
      WHEN 'http://www.w3.org/2001/XMLSchema#boolean' THEN t.value IN ('true', 'false')
      WHEN 'http://www.w3.org/2001/XMLSchema#integer'
          THEN regexp_full_match(t.value, '[+-]?[0-9]{1,18}')
      WHEN 'http://www.w3.org/2001/XMLSchema#decimal'
          THEN regexp_full_match(t.value, '[+-]?[0-9]{1,18}([.][0-9]{1,18})?')
      WHEN 'http://www.w3.org/2001/XMLSchema#date'
          THEN regexp_full_match(t.value, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND t.value >= '0001'
              AND TRY_CAST(t.value AS DATE) IS NOT NULL
      ELSE false END)
