-- Everything is the same as itself.
--
-- Tacit: a triple a term, and no rule makes anything of it but the clash that eq-diff1 finds itself.
SELECT t.s AS s, v.owl_same_as AS p, t.s AS o,
       t.s AS s1, t.p AS p1, t.o AS o1
FROM triple AS t
CROSS JOIN vocabulary AS v
UNION ALL
SELECT t.p AS s, v.owl_same_as AS p, t.p AS o,
       t.s AS s1, t.p AS p1, t.o AS o1
FROM triple AS t
CROSS JOIN vocabulary AS v
UNION ALL
SELECT t.o AS s, v.owl_same_as AS p, t.o AS o,
       t.s AS s1, t.p AS p1, t.o AS o1
FROM triple AS t
CROSS JOIN vocabulary AS v
