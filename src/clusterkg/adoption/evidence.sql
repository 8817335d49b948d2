-- What vouches for the triple in `asked(s, p, o)`: the accepted claims that state it; where there is
-- none, the records that are its subject or object, or the rule that gave its subject and what that
-- rests on; and in each graph that states it without a claim, the rows of a register that its subject
-- was read from, of these alone those that name its object, if any do. With the passages of each, and
-- where in which document they stand; of rows, who read them and when.
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
stated AS (
    SELECT DISTINCT q.g FROM asked AS a JOIN quad AS q ON q.s = a.s AND q.p = a.p AND q.o = a.o
    WHERE q.g NOT IN (SELECT c.g FROM quad AS c SEMI JOIN claim AS k ON k.id = c.s)),
line AS (
    SELECT r.g, r.s, r.o FROM quad AS r
    JOIN word AS w ON w.id = r.p AND w.value = 'https://w3id.org/clusterkg/ns#sourceRow'),
told AS (
    SELECT l.g, l.s, l.o FROM asked AS a JOIN line AS l ON l.s = a.s SEMI JOIN stated AS t ON t.g = l.g
    UNION
    SELECT l.g, l.s, l.o FROM asked AS a JOIN fact AS f ON f.s = a.s AND f.name = 'restsOn'
    JOIN line AS l ON l.s = f.o),
exact AS (
    SELECT t.g, t.s, t.o FROM told AS t JOIN asked AS a ON a.s = t.s
    JOIN line AS l ON l.g = t.g AND l.s = a.o AND l.o = t.o),
register AS (
    FROM exact UNION ALL
    SELECT t.g, t.s, t.o FROM told AS t ANTI JOIN exact AS e ON e.g = t.g AND e.s = t.s),
voucher AS (
    SELECT id FROM claim
    UNION
    SELECT f.s FROM asked AS a JOIN fact AS f ON f.name = 'evidencedBy' AND f.s IN (a.s, a.o)
    WHERE NOT EXISTS (SELECT 1 FROM claim)
    UNION
    SELECT f.o FROM asked AS a JOIN fact AS f ON f.name IN ('byRule', 'restsOn') AND f.s = a.s
    WHERE NOT EXISTS (SELECT 1 FROM claim) AND f.o NOT IN (SELECT s FROM told)),
-- The tables that a graph was read from: an import's run names them, else a document's file does.
wide AS (
    SELECT id, value FROM term WHERE kind = 'iri' AND value IN (
        'http://purl.org/dc/terms/source', 'http://purl.org/dc/terms/identifier',
        'http://purl.org/dc/terms/created', 'http://purl.org/dc/terms/creator',
        'http://purl.org/dc/terms/description')),
run AS (
    SELECT DISTINCT t.g, t.s FROM quad AS t JOIN word AS c ON c.id = t.o
    AND c.value = 'https://w3id.org/clusterkg/ns#ExtractionRun'),
of_run AS (
    SELECT r.g, r.s, replace(w.value, 'http://purl.org/dc/terms/', '') AS name, q.o, t.value
    FROM run AS r JOIN quad AS q ON q.g = r.g AND q.s = r.s JOIN wide AS w ON w.id = q.p
    JOIN term AS t ON t.id = q.o),
read AS (
    SELECT i.g, i.value AS name, d.o AS document, i.s AS run
    FROM of_run AS i JOIN of_run AS d ON d.g = i.g AND d.s = i.s AND d.name = 'source'
    WHERE i.name = 'identifier'),
named AS (
    FROM read UNION ALL
    SELECT q.g, t.value, q.s, NULL FROM quad AS q JOIN word AS w ON w.id = q.p
    AND w.value = 'https://w3id.org/clusterkg/ns#fileName' JOIN term AS t ON t.id = q.o
    WHERE q.g NOT IN (SELECT g FROM read)),
said AS (
    SELECT f.s, f.name, f.o, t.value FROM fact AS f JOIN term AS t ON t.id = f.o)
SELECT v.id AS voucher, e.o AS passage, d.o AS document, n.value AS paragraph, b.value AS from_,
       z.value AS to_, r.value AS row_, NULL AS run, NULL AS time_, NULL AS who, NULL AS how,
       NULL AS checksum
FROM voucher AS v
LEFT JOIN fact AS e ON e.s = v.id AND e.name = 'evidencedBy'
LEFT JOIN fact AS d ON d.s = e.o AND d.name = 'inDocument'
LEFT JOIN said AS n ON n.s = e.o AND n.name = 'paragraphNumber'
LEFT JOIN said AS b ON b.s = e.o AND b.name = 'charStart'
LEFT JOIN said AS z ON z.s = e.o AND z.name = 'charEnd'
LEFT JOIN said AS r ON r.s = e.o AND r.name = 'sourceRow'
UNION ALL
SELECT DISTINCT g.s, NULL, m.document, NULL, NULL, NULL, t.value, m.run, c.value, p.value,
       regexp_extract(h.value, '[0-9a-f]{64}'),
       k.value
FROM register AS g JOIN term AS t ON t.id = g.o
LEFT JOIN named AS m ON m.g = g.g AND starts_with(t.value, m.name || '!')
LEFT JOIN of_run AS c ON c.g = m.g AND c.s = m.run AND c.name = 'created'
LEFT JOIN of_run AS p ON p.g = m.g AND p.s = m.run AND p.name = 'creator'
LEFT JOIN of_run AS h ON h.g = m.g AND h.s = m.run AND h.name = 'description'
LEFT JOIN said AS k ON k.s = m.document AND k.name = 'contentSha256'
