-- The rules, and the names of what registers list for somebody. `hit(name, rule, kept_out)` is to be
-- filled with each rule over the names.
CREATE OR REPLACE TEMP TABLE said AS
SELECT s, o, value, coalesce(language, '') AS language, p
FROM graph.triple JOIN graph.term ON term.id = o AND kind = 'literal'
WHERE p IN (<rdfs:label>, <skos:altLabel>, <ckg:securitiesCode>,
            <ckg:unifiedSocialCreditCode>, <ckg:rulePattern>, <ckg:ruleTail>,
            <ckg:ruleException>, <ckg:ruleIndustryException>, <ckg:revenueShare>);
CREATE OR REPLACE TEMP TABLE rule AS
SELECT r.s AS id, t.value AS iri, regexp_extract(t.value, '[^/#]*$') AS rule, k.value AS kind,
       m.value AS made, '(' || p.value || ')(' || coalesce(any_value(e.value), '') || ')$' AS pattern,
       p.value AS head, any_value(e.value) AS tail,
       any_value(x.value) AS exception, any_value(i.value) AS unfit,
       greatest(count(DISTINCT e.value), count(DISTINCT x.value), count(DISTINCT i.value)) AS most,
       any_value(l.value) FILTER (l.language = 'en') AS en,
       any_value(l.value) FILTER (l.language = 'zh') AS zh
FROM graph.triple AS r JOIN graph.term AS t ON t.id = r.s AND t.kind = 'iri'
JOIN graph.triple AS ks ON ks.s = r.s AND ks.p = <ckg:ruleStageKind> JOIN graph.term AS k ON k.id = ks.o
JOIN graph.triple AS ms ON ms.s = r.s AND ms.p = <ckg:ruleProduct> JOIN graph.term AS m ON m.id = ms.o
JOIN said AS p ON p.s = r.s AND p.p = <ckg:rulePattern>
LEFT JOIN said AS e ON e.s = r.s AND e.p = <ckg:ruleTail>
LEFT JOIN said AS x ON x.s = r.s AND x.p = <ckg:ruleException>
LEFT JOIN said AS i ON i.s = r.s AND i.p = <ckg:ruleIndustryException>
LEFT JOIN said AS l ON l.s = r.s AND l.p = <rdfs:label>
WHERE r.p = <rdf:type> AND r.o = <ckg:PlacementRule>
GROUP BY r.s, t.value, k.value, m.value, p.value;
CREATE OR REPLACE TEMP TABLE line AS
SELECT l.s AS id, t.value AS iri, l.o AS holder, n.value AS name,
       max(TRY_CAST(w.value AS DOUBLE)) AS share
FROM graph.triple AS l JOIN graph.term AS t ON t.id = l.s AND t.kind = 'iri'
JOIN graph.triple AS m ON m.s = l.s AND m.p = <ckg:lineProduct>
JOIN said AS n ON n.s = m.o AND n.p = <rdfs:label>
LEFT JOIN said AS w ON w.s = l.s AND w.p = <ckg:revenueShare>
WHERE l.p = <ckg:productLineOf> GROUP BY l.s, t.value, l.o, n.value;
CREATE OR REPLACE TEMP TABLE hit(name VARCHAR, rule BIGINT, kept_out VARCHAR)
