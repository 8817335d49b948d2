-- Literals of equal value are the same.
--
-- Tacit: RDF has no triple with a literal as subject. The rules that compare values read the same
-- table beside eq-rep-o, so that each literal stays as its source writes it.
SELECT q1.literal AS s, v.owl_same_as AS p, q2.literal AS o
FROM equal_literal AS q1
JOIN equal_literal AS q2 ON q2.value = q1.value AND q2.literal <> q1.literal
CROSS JOIN vocabulary AS v
