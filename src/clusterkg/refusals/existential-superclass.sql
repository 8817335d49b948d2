-- As a superclass it asks for a thing without a name, which no rule makes; where it is meant as a
-- sufficient condition, write it on the left of rdfs:subClassOf.
SELECT w.s AS node, k.value AS construct
FROM some_values_from AS w
JOIN position AS n ON n.node = w.s AND n.side = 'super'
JOIN word AS k ON k.id = w.p
