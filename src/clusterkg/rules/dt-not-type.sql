-- A literal is written as its datatype asks, and lies in the datatypes that its property or its
-- subject's class allow.
SELECT t.s AS s1, t.p AS p1, t.o AS o1
FROM ill_typed AS i
JOIN triple AS t ON t.o = i.literal
UNION ALL
SELECT t.s AS s1, t.p AS p1, t.o AS o1,
       r.s AS s2, r.p AS p2, r.o AS o2
FROM property_range AS r
JOIN outside_datatype AS n ON n.datatype = r.o
JOIN triple AS t ON t.p = r.s AND t.o = n.literal
UNION ALL
SELECT t1.s AS s1, t1.p AS p1, t1.o AS o1,
       t2.s AS s2, t2.p AS p2, t2.o AS o2,
       w.s AS s3, w.p AS p3, w.o AS o3,
       r.s AS s4, r.p AS p4, r.o AS o4
FROM all_values_from AS w
JOIN on_property AS r ON r.s = w.s
JOIN outside_datatype AS n ON n.datatype = w.o
JOIN type AS t1 ON t1.o = w.s
JOIN triple AS t2 ON t2.p = r.o AND t2.s = t1.s AND t2.o = n.literal
