-- The literals that certainly do not lie in a datatype that a range or an allValuesFrom asks for.
SELECT i.literal, i.datatype
FROM inside_datatype AS i
WHERE NOT i.inside
  AND (i.datatype IN (SELECT r.o FROM property_range AS r)
       OR i.datatype IN (SELECT w.o FROM all_values_from AS w))
