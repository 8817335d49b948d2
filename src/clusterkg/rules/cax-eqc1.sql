-- What is in a class is in its equivalent.
--
-- Implied by scm-eqc1 and cax-sco.
SELECT t.s AS s, t.p AS p, c.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       c.s AS s2, c.p AS p2, c.o AS o2
FROM type AS t
JOIN equivalent_class AS c ON c.s = t.o AND c.o <> c.s
