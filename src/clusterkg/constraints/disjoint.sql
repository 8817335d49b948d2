-- sh:DisjointConstraintComponent (SHACL 4.5.2): a value node that is a value of the property too.
-- $property: property sh:disjoint
SELECT v.this, v.value
FROM value AS v
JOIN fact AS t ON t.s = v.this AND t.p = $property AND t.o = v.value
