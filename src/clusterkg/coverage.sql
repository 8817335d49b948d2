-- The terms that refusals and remarks are about: RDF's, RDFS's, OWL's and SWRL's own, and those that say
-- what a claim claims.
SELECT id, value, starts_with(value, 'http://www.w3.org/') AS standard
FROM term
WHERE kind = 'iri'
  AND (starts_with(value, 'http://www.w3.org/1999/02/22-rdf-syntax-ns#')
       OR starts_with(value, 'http://www.w3.org/2000/01/rdf-schema#')
       OR starts_with(value, 'http://www.w3.org/2002/07/owl#')
       OR starts_with(value, 'http://www.w3.org/2003/11/swrl#')
       OR value IN ('https://w3id.org/clusterkg/ns#claimPredicate',
                    'https://w3id.org/clusterkg/ns#claimObject',
                    'https://w3id.org/clusterkg/ns#reviewStatus'))
