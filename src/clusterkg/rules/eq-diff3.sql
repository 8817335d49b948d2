-- No two members of an owl:AllDifferent with owl:distinctMembers are the same, nor is one listed
-- twice.
--
-- That both are of one list is asked last: a list has as many pairs as the square of its length.
SELECT a.s AS s1, a.p AS p1, a.o AS o1,
       l.s AS s2, l.p AS p2, l.o AS o2,
       e.s AS s3, e.p AS p3, e.o AS o3
FROM all_different AS a
JOIN distinct_members AS l ON l.s = a.s
JOIN list_member AS m1 ON m1.list = l.o
JOIN same_as AS e ON e.s = m1.member
JOIN list_member AS m2 ON m2.member = e.o
WHERE m2.list - l.o = 0 AND m2.place <> m1.place
UNION ALL
SELECT a.s AS s1, a.p AS p1, a.o AS o1,
       l.s AS s2, l.p AS p2, l.o AS o2
FROM all_different AS a
JOIN distinct_members AS l ON l.s = a.s
JOIN list_member AS m1 ON m1.list = l.o
JOIN list_member AS m2 ON m2.list = l.o AND m2.place > m1.place AND m2.member = m1.member
