-- As a subclass it would have to hold whatever has no counterexample, which no rule finds.
SELECT e.s AS node, k.value AS construct
FROM (SELECT s, p FROM all_values_from
      UNION SELECT s, p FROM complement_of
      UNION SELECT s, p FROM max_cardinality
      UNION SELECT s, p FROM max_qualified_cardinality) AS e
JOIN position AS n ON n.node = e.s AND n.side = 'sub'
JOIN word AS k ON k.id = e.p
UNION ALL
SELECT n.node, k.value AS construct
FROM vocabulary AS v
JOIN position AS n ON n.node = v.owl_thing AND n.side = 'sub'
JOIN word AS k ON k.id = n.node
