-- No rule of OWL 2 RL/RDF speaks of it, so that ignoring it would lose consequences in silence.
SELECT t.s AS node, k.value AS construct
FROM speech AS t
JOIN word AS k ON k.id = t.p
WHERE k.value IN (
    'http://www.w3.org/2002/07/owl#hasSelf',
    'http://www.w3.org/2002/07/owl#disjointUnionOf',
    'http://www.w3.org/2002/07/owl#minCardinality',
    'http://www.w3.org/2002/07/owl#cardinality',
    'http://www.w3.org/2002/07/owl#minQualifiedCardinality',
    'http://www.w3.org/2002/07/owl#qualifiedCardinality',
    'http://www.w3.org/2002/07/owl#onDataRange',
    'http://www.w3.org/2002/07/owl#onDatatype',
    'http://www.w3.org/2002/07/owl#withRestrictions',
    'http://www.w3.org/2002/07/owl#datatypeComplementOf',
    'http://www.w3.org/2002/07/owl#onProperties')
UNION ALL
SELECT t.s AS node, k.value AS construct
FROM speech AS t
JOIN vocabulary AS v ON t.p = v.rdf_type
JOIN word AS k ON k.id = t.o
WHERE k.value = 'http://www.w3.org/2002/07/owl#ReflexiveProperty'
UNION ALL
SELECT t.s AS node, k.value AS construct
FROM speech AS t
JOIN word AS k ON k.id IN (t.s, t.o)
JOIN vocabulary AS v ON t.p IN (v.rdfs_sub_property_of, v.owl_equivalent_property, v.owl_inverse_of,
                                v.owl_on_property, v.owl_property_disjoint_with, v.rdfs_domain,
                                v.rdfs_range)
WHERE k.value IN (
    'http://www.w3.org/2002/07/owl#topObjectProperty',
    'http://www.w3.org/2002/07/owl#topDataProperty',
    'http://www.w3.org/2002/07/owl#bottomObjectProperty',
    'http://www.w3.org/2002/07/owl#bottomDataProperty')
