-- What an enumeration lists is in it.
SELECT m.member AS s, v.rdf_type AS p, e.s AS o,
       e.s AS s1, e.p AS p1, e.o AS o1
FROM one_of AS e
JOIN list_member AS m ON m.list = e.o
CROSS JOIN vocabulary AS v
