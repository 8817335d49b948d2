-- What words mean and which records are accepted is not for a claim to say: it stays a claim, and
-- what it says is not adopted. Put it into an ontology.
SELECT c.s AS node, k.value AS construct
FROM speech AS c
JOIN word AS p ON p.id = c.p AND p.value = 'https://w3id.org/clusterkg/ns#claimPredicate'
JOIN word AS k ON k.id = c.o
WHERE c.step = 0
  AND (k.standard AND NOT starts_with(k.value, 'http://www.w3.org/2003/11/swrl#')
       OR k.value = 'https://w3id.org/clusterkg/ns#reviewStatus')
  AND k.value NOT IN ('http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
                      'http://www.w3.org/2000/01/rdf-schema#label',
                      'http://www.w3.org/2000/01/rdf-schema#comment',
                      'http://www.w3.org/2000/01/rdf-schema#seeAlso',
                      'http://www.w3.org/2002/07/owl#sameAs',
                      'http://www.w3.org/2002/07/owl#differentFrom')
UNION ALL
SELECT c.s AS node, k.value AS construct
FROM speech AS c
JOIN word AS p ON p.id = c.p AND p.value = 'https://w3id.org/clusterkg/ns#claimObject'
JOIN word AS k ON k.id = c.o
    AND k.standard AND NOT starts_with(k.value, 'http://www.w3.org/2003/11/swrl#')
WHERE c.step = 0
