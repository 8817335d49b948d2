-- What is said of a thing is said of its same: as object.
--
-- Of owl:sameAs itself eq-sym and eq-trans give all, in fewer ways.
SELECT t.s AS s, t.p AS p, e.o AS o,
       e.s AS s1, e.p AS p1, e.o AS o1,
       t.s AS s2, t.p AS p2, t.o AS o2
FROM same_as AS e
JOIN triple AS t ON t.o = e.s
CROSS JOIN vocabulary AS v
WHERE t.p <> v.owl_same_as
