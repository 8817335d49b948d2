-- The lists of which pairs are made, cut in two until single members are left: `place` is where the
-- later part of a pair begins. A part is named by the place of its member where it has but one
-- (`single`), else by the place where it is cut in turn; `whole` tells the pair that is all of the list.
-- So a list of any length is a series of pairs no deeper than its logarithm. Cut is from the end, that
-- the later part of a list is as long as any.
WITH RECURSIVE part AS (
    SELECT m.list, m.size, 1 AS width, m.size - m.place AS number, m.size AS parts,
           m.place, true AS single
    FROM list_member AS m
    JOIN (SELECT o AS list FROM property_chain
          UNION SELECT o FROM intersection_of) AS k ON k.list = m.list
    UNION ALL
    SELECT p.list, p.size, 2 * p.width, CAST(p.number / 2 AS INTEGER),
           CAST((p.parts + p.parts % 2) / 2 AS INTEGER),
           CASE WHEN p.number + 1 < p.parts THEN p.size - (p.number + 1) * p.width + 1
                ELSE p.place END,
           p.single AND p.number + 1 = p.parts
    FROM part AS p
    WHERE p.number % 2 = 0 AND p.parts > 1)
SELECT b.list, b.size - (b.number + 1) * b.width + 1 AS place, b.parts = 2 AS whole,
       a.place AS former, a.single AS former_single,
       b.place AS latter, b.single AS latter_single
FROM part AS a
JOIN part AS b ON b.list = a.list AND b.width = a.width AND b.number = a.number - 1
WHERE b.number % 2 = 0
