-- owl:Nothing is a class.
--
-- Tacit: it holds in every graph, and what follows (scm-cls) holds in every graph too.
SELECT v.owl_nothing AS s, v.rdf_type AS p, v.owl_class AS o
FROM vocabulary AS v
