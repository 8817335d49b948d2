-- What is the same as another is also the other's same.
SELECT e.o AS s, e.p AS p, e.s AS o,
       e.s AS s1, e.p AS p1, e.o AS o1
FROM same_as AS e
