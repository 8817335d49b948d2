-- Nothing is in two members of an owl:AllDisjointClasses.
--
-- That both are of one list is asked last: a list has as many pairs as the square of its length.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       d.s AS s3, d.p AS p3, d.o AS o3,
       d.list_s AS s4, d.list_p AS p4, d.list_o AS o4
FROM disjoint_member AS d
JOIN type AS t1 ON t1.o = d.member
JOIN type AS t2 ON t2.s = t1.s
JOIN disjoint_member AS e ON e.member = t2.o
WHERE e.s - d.s = 0 AND e.list_o - d.list_o = 0 AND e.place > d.place
