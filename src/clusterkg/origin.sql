-- The row of a register, written `file!row`, that each of the IRIs in $asked was imported from, or
-- that vouches for it.
SELECT s.value AS node, min(t.value) AS row
FROM quad AS q
JOIN term AS p ON p.id = q.p AND p.value = 'https://w3id.org/clusterkg/ns#sourceRow'
JOIN term AS s ON s.id = q.s AND s.kind = 'iri'
JOIN term AS t ON t.id = q.o AND t.kind = 'literal'
WHERE s.value IN (SELECT unnest($asked::VARCHAR[]))
GROUP BY s.value
