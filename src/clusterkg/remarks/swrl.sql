-- Rules in SWRL are not run; put them as property chains or subclass axioms where they can be.
SELECT t.s AS node, o.value AS construct
FROM speech AS t
JOIN vocabulary AS v ON t.p = v.rdf_type
JOIN word AS o ON o.id = t.o AND o.value = 'http://www.w3.org/2003/11/swrl#Imp'
