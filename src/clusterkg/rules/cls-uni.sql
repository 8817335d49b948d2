-- What is in a part of a union is in the union.
--
-- Implied by scm-uni and cax-sco.
SELECT t.s AS s, t.p AS p, u.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       u.s AS s2, u.p AS p2, u.o AS o2
FROM type AS t
JOIN list_member AS m ON m.member = t.o
JOIN union_of AS u ON u.o = m.list
