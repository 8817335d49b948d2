-- What is related by a property is related by the properties above it.
--
-- One pass is enough: scm-spo leads to the properties above those.
SELECT t.s AS s, p.o AS p, t.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1,
       p.s AS s2, p.p AS p2, p.o AS o2
FROM triple AS t
JOIN sub_property AS p ON p.s = t.p AND p.o <> p.s
