-- Records that are not accepted: their status is another one or missing. What counts as a record
-- is what is typed as one, has a property that only records have, or is the value of one.
WITH RECURSIVE iri AS (
    SELECT id, value FROM term WHERE kind = 'iri'),
named AS (
    SELECT max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#Record' THEN id END) AS record,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#reviewStatus' THEN id END) AS status,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/voc/status/accepted' THEN id END)
               AS accepted,
           max(CASE WHEN value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type' THEN id END)
               AS type,
           max(CASE WHEN value = 'http://www.w3.org/2000/01/rdf-schema#subClassOf' THEN id END)
               AS sub_class,
           max(CASE WHEN value = 'http://www.w3.org/2000/01/rdf-schema#subPropertyOf' THEN id END)
               AS sub_property,
           max(CASE WHEN value = 'http://www.w3.org/2002/07/owl#inverseOf' THEN id END) AS inverse,
           max(CASE WHEN value = 'http://www.w3.org/2000/01/rdf-schema#domain' THEN id END)
               AS domain,
           max(CASE WHEN value = 'http://www.w3.org/2000/01/rdf-schema#range' THEN id END) AS range_
    FROM iri),
axiom AS (
    SELECT q.s, q.p, q.o FROM quad AS q
    JOIN named AS n ON q.p IN (n.sub_class, n.sub_property, n.inverse, n.domain, n.range_)),
-- Classes of records; the four that a claim's or record's own words name are so without ontology.
class AS (
    SELECT id FROM iri WHERE value IN ('https://w3id.org/clusterkg/ns#Record',
                                       'https://w3id.org/clusterkg/ns#Claim',
                                       'https://w3id.org/clusterkg/ns#EnumerationClaim')
    UNION
    SELECT a.s FROM axiom AS a JOIN class AS c ON c.id = a.o
    JOIN named AS n ON a.p = n.sub_class),
-- Properties with the end (subject or object) at which a record stands.
place AS (
    SELECT i.id AS property, 's' AS at FROM iri AS i
    WHERE i.value IN ('https://w3id.org/clusterkg/ns#claimSubject',
                      'https://w3id.org/clusterkg/ns#claimPredicate',
                      'https://w3id.org/clusterkg/ns#claimObject',
                      'https://w3id.org/clusterkg/ns#claimLiteral',
                      'https://w3id.org/clusterkg/ns#listedItem',
                      'https://w3id.org/clusterkg/ns#reviewStatus')
    UNION
    SELECT a.s, CASE a.p WHEN n.domain THEN 's' ELSE 'o' END
    FROM axiom AS a JOIN class AS c ON c.id = a.o JOIN named AS n ON a.p IN (n.domain, n.range_)
    UNION
    SELECT CASE WHEN a.p = n.inverse AND a.s = r.property THEN a.o ELSE a.s END,
           CASE WHEN a.p = n.sub_property THEN r.at WHEN r.at = 's' THEN 'o' ELSE 's' END
    FROM place AS r
    JOIN axiom AS a ON a.o = r.property OR a.s = r.property
    JOIN named AS n ON (a.p = n.sub_property AND a.o = r.property) OR a.p = n.inverse),
record AS (
    SELECT q.s AS id FROM quad AS q JOIN named AS n ON q.p = n.type JOIN class AS c ON c.id = q.o
    UNION
    SELECT CASE r.at WHEN 's' THEN q.s ELSE q.o END
    FROM quad AS q JOIN place AS r ON r.property = q.p)
SELECT r.id
FROM record AS r
LEFT JOIN (
    SELECT q.s, bool_and(q.o = n.accepted) AS accepted
    FROM quad AS q JOIN named AS n ON q.p = n.status
    GROUP BY q.s) AS status ON status.s = r.id
WHERE NOT coalesce(status.accepted, false)
