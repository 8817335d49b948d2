-- The plain triples that accepted claims state, in the graph of the claim.
WITH named AS (
    SELECT max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimSubject' THEN id END) AS subject,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimPredicate' THEN id END)
               AS predicate,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimObject' THEN id END) AS object,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#listedItem' THEN id END) AS item,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimLiteral' THEN id END) AS literal
    FROM term WHERE kind = 'iri')
SELECT DISTINCT subject.g, subject.o AS s, predicate.o AS p, object.o
FROM named
JOIN quad AS subject ON subject.p = named.subject
JOIN quad AS predicate ON predicate.s = subject.s AND predicate.p = named.predicate
JOIN term AS word ON word.id = predicate.o AND word.kind = 'iri'
JOIN quad AS object ON object.s = subject.s AND object.p IN (named.object, named.item, named.literal)
WHERE subject.o > 0 AND NOT EXISTS (SELECT 1 FROM withheld WHERE withheld.id = subject.s)
