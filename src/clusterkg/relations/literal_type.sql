-- The literals that certainly lie in a datatype that a someValuesFrom asks for.
SELECT i.literal, i.datatype
FROM inside_datatype AS i
WHERE i.inside AND i.datatype IN (SELECT w.o FROM some_values_from AS w)
