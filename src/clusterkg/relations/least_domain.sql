-- The domains of each property that lie below none of its others: to be in them is to be in all. Of classes
-- that lie below each other the first stands for all; owl:Thing, which nothing is said to be in, for none.
SELECT d.s, d.p, d.o
FROM property_domain AS d
WHERE NOT EXISTS (
    SELECT 1
    FROM property_domain AS e
    JOIN sub_class AS c ON c.s = e.o
    CROSS JOIN vocabulary AS v
    WHERE e.s = d.s AND c.o = d.o AND e.o <> d.o AND e.o <> v.owl_thing
      AND (e.o < d.o OR NOT EXISTS (SELECT 1 FROM sub_class AS b WHERE b.s = d.o AND b.o = e.o)))
