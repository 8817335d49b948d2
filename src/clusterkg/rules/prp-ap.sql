-- The annotation properties of OWL are annotation properties.
--
-- Tacit: it holds in every graph, and no rule makes anything of it.
SELECT v.rdfs_label AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.rdfs_comment AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.rdfs_see_also AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.rdfs_is_defined_by AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.owl_deprecated AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.owl_version_info AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.owl_prior_version AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.owl_backward_compatible_with AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
UNION ALL
SELECT v.owl_incompatible_with AS s, v.rdf_type AS p, v.owl_annotation_property AS o
FROM vocabulary AS v
