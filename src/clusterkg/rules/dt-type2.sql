-- A literal is in the datatypes that its value lies in.
--
-- Tacit: RDF has no triple with a literal as subject. cls-svf1 reads the same table, which holds the
-- datatypes that a restriction asks for; dt-not-type reads where literals do not lie.
SELECT y.literal AS s, v.rdf_type AS p, y.datatype AS o
FROM literal_type AS y
CROSS JOIN vocabulary AS v
