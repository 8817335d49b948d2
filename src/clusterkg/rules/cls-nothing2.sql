-- Nothing is an instance of owl:Nothing.
SELECT t.s AS s1, t.p AS p1, t.o AS o1
FROM type AS t
JOIN vocabulary AS v ON v.owl_nothing = t.o
