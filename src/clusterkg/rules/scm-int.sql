-- An intersection is below each of its parts.
SELECT i.s AS s, v.rdfs_sub_class_of AS p, m.member AS o,
       i.s AS s1, i.p AS p1, i.o AS o1
FROM intersection_of AS i
JOIN list_member AS m ON m.list = i.o
CROSS JOIN vocabulary AS v
