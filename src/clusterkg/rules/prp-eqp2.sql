-- What is related by a property is related by the one it is the equivalent of.
--
-- Implied by scm-eqp1 and prp-spo1.
SELECT t.s AS s, q.s AS p, t.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       q.s AS s2, q.p AS p2, q.o AS o2
FROM triple AS t
JOIN equivalent_property AS q ON q.o = t.p AND q.o <> q.s
