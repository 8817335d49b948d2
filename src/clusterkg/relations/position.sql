-- Where class expressions stand: on the side of the subclass or of the superclass of an axiom.
WITH RECURSIVE place AS (
    SELECT s AS node, 'sub' AS side FROM sub_class
    UNION SELECT o, 'super' FROM sub_class
    UNION SELECT s, 'sub' FROM equivalent_class
    UNION SELECT s, 'super' FROM equivalent_class
    UNION SELECT o, 'sub' FROM equivalent_class
    UNION SELECT o, 'super' FROM equivalent_class
    UNION SELECT s, 'sub' FROM disjoint_class
    UNION SELECT o, 'sub' FROM disjoint_class
    UNION SELECT o, 'super' FROM property_domain
    UNION SELECT o, 'super' FROM property_range
    UNION SELECT o, 'super' FROM type
    UNION SELECT s, 'sub' FROM has_key
    UNION SELECT m.member, 'sub' FROM all_disjoint_classes AS a
        JOIN members AS l ON l.s = a.s JOIN list_member AS m ON m.list = l.o
    -- a class that is named and made of others in one is equivalent to what it is made of
    UNION SELECT d.s, side.side
        FROM (SELECT s FROM intersection_of UNION SELECT s FROM union_of
              UNION SELECT s FROM one_of) AS d
        JOIN term AS k ON k.id = d.s AND k.kind = 'iri'
        CROSS JOIN (SELECT 'sub' AS side UNION SELECT 'super') AS side
    UNION
    SELECT inner_.node, CASE WHEN NOT inner_.turned THEN p.side WHEN p.side = 'sub' THEN 'super'
                             ELSE 'sub' END
    FROM place AS p
    JOIN (SELECT i.s AS outer_, m.member AS node, false AS turned
          FROM intersection_of AS i JOIN list_member AS m ON m.list = i.o
          UNION SELECT u.s, m.member, false
          FROM union_of AS u JOIN list_member AS m ON m.list = u.o
          UNION SELECT s, o, false FROM all_values_from
          UNION SELECT w.s, w.o, false FROM some_values_from AS w
              CROSS JOIN vocabulary AS v WHERE w.o <> v.owl_thing
          UNION SELECT s, o, true FROM complement_of
          UNION SELECT k.s, k.o, true FROM on_class AS k
              CROSS JOIN vocabulary AS v WHERE k.o <> v.owl_thing) AS inner_
        ON inner_.outer_ = p.node)
SELECT node, side FROM place
