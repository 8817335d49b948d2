-- Each part of a union is below the union.
SELECT m.member AS s, v.rdfs_sub_class_of AS p, u.s AS o,
       u.s AS s1, u.p AS p1, u.o AS o1
FROM union_of AS u
JOIN list_member AS m ON m.list = u.o
CROSS JOIN vocabulary AS v
