-- The classes that an owl:AllDisjointClasses lists, with their places and its two triples.
SELECT a.s, a.p, a.o, l.s AS list_s, l.p AS list_p, l.o AS list_o, m.member, m.place
FROM all_disjoint_classes AS a
JOIN members AS l ON l.s = a.s
JOIN list_member AS m ON m.list = l.o
