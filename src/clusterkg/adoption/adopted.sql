-- The plain triples that accepted claims state, in the graph of the claim. What words mean and which
-- records are accepted is not for claims to say: RDF's, RDFS's and OWL's own words are left out, but
-- for types, labels and what is the same or different.
WITH named AS (
    SELECT max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimSubject' THEN id END) AS subject,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimPredicate' THEN id END)
               AS predicate,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimObject' THEN id END) AS object,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#listedItem' THEN id END) AS item,
           max(CASE WHEN value = 'https://w3id.org/clusterkg/ns#claimLiteral' THEN id END) AS literal
    FROM term WHERE kind = 'iri'),
reserved AS (
    SELECT id, value IN ('http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
                         'http://www.w3.org/2000/01/rdf-schema#label',
                         'http://www.w3.org/2000/01/rdf-schema#comment',
                         'http://www.w3.org/2000/01/rdf-schema#seeAlso',
                         'http://www.w3.org/2002/07/owl#sameAs',
                         'http://www.w3.org/2002/07/owl#differentFrom') AS plain
    FROM term
    WHERE kind = 'iri' AND (starts_with(value, 'http://www.w3.org/1999/02/22-rdf-syntax-ns#')
                            OR starts_with(value, 'http://www.w3.org/2000/01/rdf-schema#')
                            OR starts_with(value, 'http://www.w3.org/2002/07/owl#')
                            OR value = 'https://w3id.org/clusterkg/ns#reviewStatus'))
SELECT DISTINCT subject.g, subject.o AS s, predicate.o AS p, object.o
FROM named
JOIN quad AS subject ON subject.p = named.subject
JOIN quad AS predicate ON predicate.s = subject.s AND predicate.p = named.predicate
JOIN term AS word ON word.id = predicate.o AND word.kind = 'iri'
JOIN quad AS object ON object.s = subject.s AND object.p IN (named.object, named.item, named.literal)
LEFT JOIN reserved AS r ON r.id = predicate.o
LEFT JOIN reserved AS k ON k.id = object.o
WHERE subject.o > 0 AND NOT EXISTS (SELECT 1 FROM withheld WHERE withheld.id = subject.s)
  AND coalesce(r.plain, true) AND k.id IS NULL
