-- The documents that each named graph describes, and those in which its evidence lies.
WITH word AS (
    SELECT replace(value, 'https://w3id.org/clusterkg/ns#', '') AS name, id FROM term
    WHERE kind = 'iri' AND value IN ('https://w3id.org/clusterkg/ns#SourceDocument',
                                     'https://w3id.org/clusterkg/ns#evidencedBy',
                                     'https://w3id.org/clusterkg/ns#inDocument')
    UNION ALL
    SELECT 'type', id FROM term
    WHERE kind = 'iri' AND value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'),
stated AS (
    SELECT d.g, d.s, p.name AS link, d.o FROM described AS d JOIN word AS p ON p.id = d.p
    WHERE d.g NOT IN (SELECT id FROM term WHERE kind = 'iri'
                      AND value = 'https://w3id.org/clusterkg/id/graph/inferred'))
SELECT t.g, t.s AS document FROM stated AS t
JOIN word AS c ON c.id = t.o AND c.name = 'SourceDocument'
WHERE t.link = 'type'
UNION
SELECT e.g, i.o FROM stated AS e
JOIN stated AS i ON i.s = e.o AND i.link = 'inDocument'
WHERE e.link = 'evidencedBy'
