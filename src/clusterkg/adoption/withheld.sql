-- Records that are not accepted: their status is another one or missing. What counts as a record
-- is what is typed as one, has a property that only records have, or is the value of one: `sign`.
-- `fact(s, p, o)` is what is asserted and adopted, and once more what follows from it.
WITH word AS (
    SELECT id, regexp_extract(value, '[^/#]*$') AS name FROM term WHERE kind = 'iri' AND value IN (
        'https://w3id.org/clusterkg/ns#reviewStatus',
        'https://w3id.org/clusterkg/voc/status/accepted',
        'http://www.w3.org/1999/02/22-rdf-syntax-ns#type')),
record AS (
    SELECT f.s AS id FROM fact AS f JOIN sign AS c ON c.id = f.o AND c.at = 'class'
    JOIN word AS w ON w.id = f.p AND w.name = 'type'
    UNION
    SELECT f.s FROM fact AS f JOIN sign AS r ON r.id = f.p AND r.at = 's'
    UNION
    SELECT f.o FROM fact AS f JOIN sign AS r ON r.id = f.p AND r.at = 'o')
SELECT r.id
FROM record AS r
LEFT JOIN (
    SELECT q.s, bool_and(a.id IS NOT NULL) AS accepted
    FROM quad AS q JOIN word AS w ON w.id = q.p AND w.name = 'reviewStatus'
    LEFT JOIN word AS a ON a.id = q.o AND a.name = 'accepted'
    GROUP BY q.s) AS status ON status.s = r.id
WHERE r.id > 0 AND NOT coalesce(status.accepted, false)
