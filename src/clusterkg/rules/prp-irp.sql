-- Nothing is related to itself by an irreflexive property.
SELECT t.s AS s1, t.p AS p1, t.o AS o1,
       i.s AS s2, i.p AS p2, i.o AS o2
FROM irreflexive_property AS i
JOIN triple AS t ON t.p = i.s AND t.o = t.s
