-- A literal is in the datatypes that its value lies in.
--
-- Tacit: RDF has no triple with a literal as subject. cls-svf1 and dt-not-type read what they need
-- of it from the same table, which holds the datatypes that some axiom asks a property's values for.
SELECT i.literal AS s, v.rdf_type AS p, i.datatype AS o
FROM inside_datatype AS i
CROSS JOIN vocabulary AS v
WHERE i.inside
