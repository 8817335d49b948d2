-- As a superclass it offers alternatives: what is in it is known to be in one of them, but no rule
-- reasons case by case. What is in an alternative is still found to be in it.
SELECT e.s AS node, k.value AS construct
FROM (SELECT s, p FROM union_of UNION SELECT s, p FROM one_of) AS e
JOIN position AS n ON n.node = e.s AND n.side = 'super'
JOIN word AS k ON k.id = e.p
