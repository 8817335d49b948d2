-- Whom lines mean, `asked(row, who, rule, code, name)`, by IRI, code or name:
-- `named(row, organisation)`. Those of whom something was decided before are known though the graph
-- has them no more. Where a code or a name beside it is not its own: `misnamed(row, why)`. (Noughts
-- before a code are what spreadsheets take off.)
CREATE OR REPLACE TEMP TABLE named AS
SELECT DISTINCT d.row, t.value AS organisation
FROM asked AS d JOIN (
    SELECT value AS text, id FROM graph.term WHERE kind = 'iri'
    UNION ALL
    SELECT value, s FROM said WHERE p IN (<rdfs:label>, <skos:altLabel>, <ckg:securitiesCode>,
                                         <ckg:unifiedSocialCreditCode>)) AS k
ON k.text = d.who
JOIN graph.triple AS y ON y.s = k.id AND y.p = <rdf:type> AND y.o = <ckg:Organization>
JOIN graph.term AS t ON t.id = k.id AND t.kind = 'iri'
UNION
SELECT d.row, r.organisation FROM asked AS d JOIN reviewed AS r ON r.organisation = d.who;
CREATE OR REPLACE TEMP TABLE own AS
SELECT t.value AS organisation, said.value AS text,
       CASE WHEN p IN (<rdfs:label>, <skos:altLabel>) THEN 'name' ELSE 'code' END AS what
FROM said JOIN graph.term AS t ON t.id = s AND t.kind = 'iri'
WHERE p IN (<rdfs:label>, <skos:altLabel>, <ckg:securitiesCode>, <ckg:unifiedSocialCreditCode>)
  AND s IN (SELECT s FROM graph.triple WHERE p = <rdf:type> AND o = <ckg:Organization>);
CREATE OR REPLACE TEMP TABLE misnamed AS
WITH beside AS (
    SELECT row, 'code' AS what, code AS text, ltrim(code, '0') AS bare FROM asked WHERE code <> ''
    UNION ALL SELECT row, 'name', name, name FROM asked WHERE name <> ''),
one AS (SELECT row, any_value(organisation) AS organisation FROM named
        GROUP BY row HAVING count(*) = 1),
other AS (SELECT what, text, min(organisation) AS organisation FROM own
          SEMI JOIN beside USING (what, text) GROUP BY what, text),
has AS (SELECT organisation, what, list(CASE what WHEN 'code' THEN ltrim(text, '0') ELSE text END) AS bare,
               min(text) AS first
        FROM own SEMI JOIN one USING (organisation) GROUP BY organisation, what)
SELECT row, 'this is ' || any_value(coalesce(called.first, one.organisation)) || ', and '
       || string_agg(what || ' ' || text || coalesce(' is of ' || other.organisation,
                                                     ' is not its own'), ', ' ORDER BY what)
       || '; make them agree' AS why
FROM beside JOIN one USING (row)
LEFT JOIN has USING (organisation, what)
LEFT JOIN other USING (what, text)
LEFT JOIN has AS called ON called.organisation = one.organisation AND called.what = 'name'
WHERE CASE WHEN has.bare IS NULL THEN other.organisation IS NOT NULL
           ELSE NOT list_contains(has.bare, beside.bare) END
GROUP BY row
