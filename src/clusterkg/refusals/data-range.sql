-- The rules know the named datatypes only, not ranges made of them.
SELECT t.s AS node, k.value AS construct
FROM speech AS t
JOIN word AS d ON d.id = t.o AND d.value = 'http://www.w3.org/2000/01/rdf-schema#Datatype'
JOIN speech AS e ON e.s = t.s
JOIN vocabulary AS v ON t.p = v.rdf_type AND e.p IN (v.owl_one_of, v.owl_union_of, v.owl_intersection_of,
                                v.owl_equivalent_class)
JOIN word AS k ON k.id = e.p
