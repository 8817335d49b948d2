-- No two of the members of an owl:AllDisjointProperties relate the same two things.
--
-- That both are of one list is asked last: a list has as many pairs as the square of its length.
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       a.s AS s3, a.p AS p3, a.o AS o3,
       l.s AS s4, l.p AS p4, l.o AS o4
FROM all_disjoint_properties AS a
JOIN members AS l ON l.s = a.s
JOIN list_member AS m1 ON m1.list = l.o
JOIN triple AS t1 ON t1.p = m1.member
JOIN triple AS t2 ON t2.s = t1.s AND t2.o = t1.o
JOIN list_member AS m2 ON m2.member = t2.p
WHERE m2.list - l.o = 0 AND m2.place > m1.place
UNION ALL
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       a.s AS s3, a.p AS p3, a.o AS o3,
       l.s AS s4, l.p AS p4, l.o AS o4
FROM all_disjoint_properties AS a
JOIN members AS l ON l.s = a.s
JOIN list_member AS m1 ON m1.list = l.o
JOIN triple AS t1 ON t1.p = m1.member
JOIN equal_literal AS q1 ON q1.literal = t1.o
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
JOIN triple AS t2 ON t2.s = t1.s AND t2.o = q2.literal
JOIN list_member AS m2 ON m2.member = t2.p
WHERE m2.list - l.o = 0 AND m2.place > m1.place
