-- Literals of equal value are the same.
--
-- Tacit: RDF has no triple with a literal as subject. The rules that compare values read the same
-- table beside eq-rep-o, so that each literal stays as its source writes it.
SELECT q.literal AS s, v.owl_same_as AS p, q.other AS o
FROM equal_literal AS q
CROSS JOIN vocabulary AS v
