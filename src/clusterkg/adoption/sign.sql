-- What shows a record: classes of records (at 'class'), and properties with the end, subject ('s') or
-- object ('o'), at which a record stands.
-- `fact(s, p, o)` is what is asserted and adopted, and once more what follows from it.
WITH RECURSIVE word AS (
    SELECT id, regexp_extract(value, '[^/#]*$') AS name FROM term WHERE kind = 'iri' AND value IN (
        'https://w3id.org/clusterkg/ns#reviewStatus',
        'https://w3id.org/clusterkg/voc/status/accepted',
        'http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
        'http://www.w3.org/1999/02/22-rdf-syntax-ns#first',
        'http://www.w3.org/1999/02/22-rdf-syntax-ns#rest',
        'http://www.w3.org/2000/01/rdf-schema#subClassOf',
        'http://www.w3.org/2000/01/rdf-schema#subPropertyOf',
        'http://www.w3.org/2000/01/rdf-schema#domain',
        'http://www.w3.org/2000/01/rdf-schema#range',
        'http://www.w3.org/2002/07/owl#equivalentClass',
        'http://www.w3.org/2002/07/owl#equivalentProperty',
        'http://www.w3.org/2002/07/owl#intersectionOf',
        'http://www.w3.org/2002/07/owl#unionOf',
        'http://www.w3.org/2002/07/owl#inverseOf')),
said AS (
    SELECT f.s, w.name, f.o FROM fact AS f JOIN word AS w ON w.id = f.p
    WHERE w.name NOT IN ('reviewStatus', 'type')),
-- Classes made of others, with their parts.
cell AS (
    SELECT s AS class, name AS made, o AS cell FROM said WHERE name IN ('intersectionOf', 'unionOf')
    UNION
    SELECT c.class, c.made, r.o FROM cell AS c JOIN said AS r ON r.s = c.cell AND r.name = 'rest'),
part AS (
    SELECT c.class, c.made, f.o AS part
    FROM cell AS c JOIN said AS f ON f.s = c.cell AND f.name = 'first'),
below AS (
    SELECT s AS lower, o AS upper FROM said WHERE name IN ('subClassOf', 'equivalentClass')
    UNION ALL SELECT o, s FROM said WHERE name = 'equivalentClass'
    UNION ALL SELECT class, part FROM part WHERE made = 'intersectionOf'
    UNION ALL SELECT part, class FROM part WHERE made = 'unionOf'),
-- Classes of records; the four that a claim's or record's own words name are so without ontology.
single AS (
    SELECT id FROM term WHERE kind = 'iri' AND value IN ('https://w3id.org/clusterkg/ns#Record',
                                       'https://w3id.org/clusterkg/ns#Claim',
                                       'https://w3id.org/clusterkg/ns#EnumerationClaim')
    UNION
    SELECT b.lower FROM below AS b JOIN single AS c ON c.id = b.upper),
class AS (
    SELECT id FROM single
    UNION ALL
    SELECT p.class FROM part AS p LEFT JOIN single AS c ON c.id = p.part
    WHERE p.made = 'unionOf' GROUP BY p.class HAVING count(*) = count(c.id)
    UNION
    SELECT b.lower FROM below AS b JOIN class AS c ON c.id = b.upper),
-- Properties with the end (subject or object) at which a record stands.
place AS (
    SELECT i.id AS property, 's' AS at FROM term AS i
    WHERE i.kind = 'iri' AND i.value IN ('https://w3id.org/clusterkg/ns#claimSubject',
                      'https://w3id.org/clusterkg/ns#claimPredicate',
                      'https://w3id.org/clusterkg/ns#claimObject',
                      'https://w3id.org/clusterkg/ns#claimLiteral',
                      'https://w3id.org/clusterkg/ns#listedItem',
                      'https://w3id.org/clusterkg/ns#reviewStatus')
    UNION ALL
    SELECT a.s, CASE a.name WHEN 'domain' THEN 's' ELSE 'o' END
    FROM said AS a JOIN class AS c ON c.id = a.o WHERE a.name IN ('domain', 'range')
    UNION
    SELECT a.lower, CASE WHEN NOT a.turned THEN r.at WHEN r.at = 's' THEN 'o' ELSE 's' END
    FROM place AS r
    JOIN (SELECT s AS lower, o AS upper, name = 'inverseOf' AS turned FROM said
          WHERE name IN ('subPropertyOf', 'equivalentProperty', 'inverseOf')
          UNION ALL
          SELECT o, s, name = 'inverseOf' FROM said
          WHERE name IN ('equivalentProperty', 'inverseOf')) AS a ON a.upper = r.property)
SELECT c.id, 'class' AS at FROM class AS c
UNION
SELECT p.property, p.at FROM place AS p
