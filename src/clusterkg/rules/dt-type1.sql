-- The datatypes of OWL 2 RL are datatypes.
--
-- Tacit: it holds in every graph, and no rule makes anything of it.
SELECT d.id AS s, v.rdf_type AS p, v.rdfs_datatype AS o
FROM known_datatype AS d
CROSS JOIN vocabulary AS v
