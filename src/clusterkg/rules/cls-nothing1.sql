-- owl:Nothing is a class.
--
-- Tacit: it holds in every graph, and what follows holds in every graph too: that owl:Nothing, and
-- what is below it, is below owl:Thing.
SELECT v.owl_nothing AS s, v.rdf_type AS p, v.owl_class AS o
FROM vocabulary AS v
