-- What is in an intersection is in each of its parts.
--
-- Implied by scm-int and cax-sco.
SELECT t.s AS s, t.p AS p, m.member AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       i.s AS s2, i.p AS p2, i.o AS o2
FROM type AS t
JOIN intersection_of AS i ON i.s = t.o
JOIN list_member AS m ON m.list = i.o
