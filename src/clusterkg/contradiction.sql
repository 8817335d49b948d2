-- Of which single-valued properties a subject has several values: stated in any graph, or claimed by
-- any record, accepted or not.
INSERT INTO quad
WITH single AS (SELECT DISTINCT s AS p FROM quad WHERE p = $single),
said AS (
    SELECT q.s, q.p, q.o FROM quad AS q SEMI JOIN single AS k ON k.p = q.p
    UNION ALL
    SELECT t.o, r.o, v.o FROM quad AS r JOIN single AS k ON k.p = r.o
    JOIN quad AS t ON t.s = r.s AND t.p = $subject
    JOIN quad AS v ON v.s = r.s AND v.p IN ($object, $literal)
    WHERE r.p = $predicate),
doubtful AS (SELECT s, p FROM said GROUP BY s, p HAVING min(o) <> max(o))
SELECT $graph, d.s, $several, d.p
FROM doubtful AS d JOIN said AS v ON v.s = d.s AND v.p = d.p
LEFT JOIN equal_literal AS e ON e.literal = v.o
GROUP BY d.s, d.p HAVING min(coalesce(e.value, v.o)) <> max(coalesce(e.value, v.o))
