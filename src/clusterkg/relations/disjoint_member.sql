-- The pairs of classes that an owl:AllDisjointClasses lists, each once, with its two triples.
SELECT a.s, a.p, a.o, l.s AS list_s, l.p AS list_p, l.o AS list_o,
       m1.member, m2.member AS other
FROM all_disjoint_classes AS a
JOIN members AS l ON l.s = a.s
JOIN list_member AS m1 ON m1.list = l.o
JOIN list_member AS m2 ON m2.list = l.o AND m2.place > m1.place
