-- What vouches for the triple in `asked(s, p, o)`: the accepted claims that state it; where there is
-- none, the records that are its subject or object, and the row of a register that describes its
-- subject, or the rule that gave its subject and what that rests on. With the passages of each, and
-- where in which document they stand.
WITH word AS (
    SELECT id, value FROM term
    WHERE kind = 'iri' AND starts_with(value, 'https://w3id.org/clusterkg/ns#')),
fact AS (
    SELECT DISTINCT q.s, replace(w.value, 'https://w3id.org/clusterkg/ns#', '') AS name, q.o
    FROM quad AS q JOIN word AS w ON w.id = q.p),
claim AS (
    SELECT DISTINCT c.s AS id
    FROM asked AS a
    JOIN fact AS c ON c.name = 'claimSubject' AND c.o = a.s
    JOIN fact AS p ON p.s = c.s AND p.name = 'claimPredicate' AND p.o = a.p
    JOIN fact AS v ON v.s = c.s AND v.name IN ('claimObject', 'listedItem', 'claimLiteral')
        AND v.o = a.o
    WHERE NOT EXISTS (SELECT 1 FROM withheld AS w WHERE w.id = c.s)),
voucher AS (
    SELECT id FROM claim
    UNION
    SELECT f.s FROM asked AS a JOIN fact AS f
    ON (f.name = 'evidencedBy' AND f.s IN (a.s, a.o)) OR (f.name = 'sourceRow' AND f.s = a.s)
    WHERE NOT EXISTS (SELECT 1 FROM claim)
    UNION
    SELECT f.o FROM asked AS a JOIN fact AS f ON f.name IN ('byRule', 'restsOn') AND f.s = a.s
    WHERE NOT EXISTS (SELECT 1 FROM claim)),
-- An import has one document, which its run names, in the graph of the rows.
register AS (
    SELECT DISTINCT r.s, r.o AS row_, d.o AS document FROM voucher AS v JOIN quad AS r ON r.s = v.id
    JOIN word AS w ON w.id = r.p AND w.value = 'https://w3id.org/clusterkg/ns#sourceRow'
    JOIN quad AS t ON t.g = r.g
    JOIN word AS c ON c.id = t.o AND c.value = 'https://w3id.org/clusterkg/ns#ExtractionRun'
    JOIN quad AS d ON d.g = t.g AND d.s = t.s
    JOIN term AS l ON l.id = d.p AND l.kind = 'iri' AND l.value = 'http://purl.org/dc/terms/source'),
said AS (
    SELECT f.s, f.name, f.o, t.value FROM fact AS f JOIN term AS t ON t.id = f.o)
SELECT v.id AS voucher, e.o AS passage, coalesce(d.o, i.document) AS document, n.value AS paragraph, b.value AS from_,
       z.value AS to_, coalesce(r.value, own.value) AS row_
FROM voucher AS v
LEFT JOIN fact AS e ON e.s = v.id AND e.name = 'evidencedBy'
LEFT JOIN fact AS d ON d.s = e.o AND d.name = 'inDocument'
LEFT JOIN said AS n ON n.s = e.o AND n.name = 'paragraphNumber'
LEFT JOIN said AS b ON b.s = e.o AND b.name = 'charStart'
LEFT JOIN said AS z ON z.s = e.o AND z.name = 'charEnd'
LEFT JOIN said AS r ON r.s = e.o AND r.name = 'sourceRow'
LEFT JOIN said AS own ON own.s = v.id AND own.name = 'sourceRow'
LEFT JOIN register AS i ON i.s = v.id AND i.row_ = own.o
