-- Nothing is both the same as and different from another thing; nothing differs from itself.
SELECT e.s AS s1, e.p AS p1, e.o AS o1,
       d.s AS s2, d.p AS p2, d.o AS o2
FROM same_as AS e
JOIN different_from AS d ON d.s = e.s AND d.o = e.o
UNION ALL
SELECT d.s AS s1, d.p AS p1, d.o AS o1
FROM different_from AS d
WHERE d.s = d.o
