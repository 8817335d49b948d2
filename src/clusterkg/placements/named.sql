-- Whom lines mean, `asked(row, who, rule)`, by IRI, code or name: `named(row, organisation)`. Those
-- of whom something was decided before are known though the graph has them no more.
CREATE OR REPLACE TEMP TABLE named AS
SELECT DISTINCT d.row, t.value AS organisation
FROM asked AS d JOIN (
    SELECT value AS text, id FROM graph.term WHERE kind = 'iri'
    UNION ALL
    SELECT value, s FROM said WHERE p IN (<rdfs:label>, <skos:altLabel>, <ckg:securitiesCode>)) AS k
ON k.text = d.who
JOIN graph.triple AS y ON y.s = k.id AND y.p = <rdf:type> AND y.o = <ckg:Organization>
JOIN graph.term AS t ON t.id = k.id AND t.kind = 'iri'
UNION
SELECT d.row, r.organisation FROM asked AS d JOIN reviewed AS r ON r.organisation = d.who
