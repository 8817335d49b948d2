-- Who is placed by which rule: each rule over the names of what registers list for somebody. Where
-- a register gives shares of somebody's revenue, what has none comes from the scope that somebody
-- is registered for, and places nobody. What is placed keeps what was decided of it before.
CREATE OR REPLACE TEMP TABLE said AS
SELECT s, o, value, coalesce(language, '') AS language, p
FROM graph.triple JOIN graph.term ON term.id = o AND kind = 'literal'
WHERE p IN (<rdfs:label>, <skos:altLabel>, <ckg:securitiesCode>, <ckg:rulePattern>, <ckg:ruleTail>,
            <ckg:ruleException>, <ckg:revenueShare>, <ckg:sourceRow>);
CREATE OR REPLACE TEMP TABLE rule AS
SELECT r.s AS id, t.value AS iri, regexp_extract(t.value, '[^/#]*$') AS rule, k.value AS kind,
       m.value AS made, '(' || p.value || ')(' || coalesce(any_value(e.value), '') || ')$' AS pattern,
       any_value(x.value) AS exception,
       any_value(l.value) FILTER (l.language = 'en') AS en,
       any_value(l.value) FILTER (l.language = 'zh') AS zh
FROM graph.triple AS r JOIN graph.term AS t ON t.id = r.s AND t.kind = 'iri'
JOIN graph.triple AS ks ON ks.s = r.s AND ks.p = <ckg:ruleStageKind> JOIN graph.term AS k ON k.id = ks.o
JOIN graph.triple AS ms ON ms.s = r.s AND ms.p = <ckg:ruleProduct> JOIN graph.term AS m ON m.id = ms.o
JOIN said AS p ON p.s = r.s AND p.p = <ckg:rulePattern>
LEFT JOIN said AS e ON e.s = r.s AND e.p = <ckg:ruleTail>
LEFT JOIN said AS x ON x.s = r.s AND x.p = <ckg:ruleException>
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
CREATE OR REPLACE TEMP TABLE hit AS
SELECT name, rule.id AS rule, rule.rule AS called,
       CASE WHEN exception <> '' THEN nullif(regexp_extract(name, exception), '') END AS kept_out
FROM (SELECT DISTINCT name FROM line) JOIN rule ON regexp_matches(name, pattern);
CREATE OR REPLACE TEMP TABLE taken AS
SELECT line.*, hit.rule, hit.kept_out, share IS NULL AND measured.holder IS NOT NULL AS scope
FROM line JOIN hit USING (name)
LEFT JOIN (SELECT DISTINCT holder FROM line WHERE share IS NOT NULL) AS measured USING (holder);
CREATE OR REPLACE TEMP TABLE placed AS
SELECT holder, rule, string_agg(DISTINCT name, '; ' ORDER BY name) AS made, max(share) AS share,
       string_agg(DISTINCT iri, ' ' ORDER BY iri) AS lines,
       (SELECT string_agg(DISTINCT r.value, '|' ORDER BY r.value) FROM said AS r
        WHERE r.p = <ckg:sourceRow> AND r.s IN (SELECT unnest(list(taken.id)))) AS rows
FROM taken WHERE kept_out IS NULL AND NOT scope GROUP BY holder, rule;
CREATE OR REPLACE TEMP TABLE before AS
SELECT h.o AS holder, b.o AS rule, any_value(regexp_extract(st.value, '[^/#]*$')) AS status,
       any_value(why.value) FILTER (why.language = 'en') AS en,
       any_value(why.value) FILTER (why.language = 'zh') AS zh
FROM graph.quad AS h JOIN graph.quad AS b ON b.s = h.s AND b.p = <ckg:byRule>
JOIN graph.quad AS s ON s.s = h.s AND s.p = <ckg:reviewStatus> JOIN graph.term AS st ON st.id = s.o
LEFT JOIN graph.quad AS w ON w.s = h.s AND w.p = <ckg:statusReason>
LEFT JOIN graph.term AS why ON why.id = w.o
WHERE h.p = <ckg:placementOf> GROUP BY h.o, b.o;
CREATE OR REPLACE TABLE proposal AS
SELECT t.value AS organisation,
       (SELECT min(value) FROM said WHERE s = placed.holder AND p = <ckg:securitiesCode>) AS code,
       coalesce((SELECT min(value) FROM said WHERE s = placed.holder AND p = <rdfs:label>
                 AND language = 'zh'),
                (SELECT min(value) FROM said WHERE s = placed.holder AND p = <rdfs:label>), '') AS name,
       rule.rule, rule.iri AS rule_iri, rule.kind, rule.made AS product, rule.en AS rule_en,
       rule.zh AS rule_zh, placed.made, share, lines, rows,
       CASE WHEN status IN ('accepted', 'rejected') THEN status ELSE 'unreviewed' END AS status,
       CASE WHEN status IN ('accepted', 'rejected') THEN before.en
            ELSE 'Placed by rule; nobody has reviewed it.' END AS reason_en,
       CASE WHEN status IN ('accepted', 'rejected') THEN before.zh
            ELSE '按规则定位，尚未审核。' END AS reason_zh
FROM placed JOIN rule ON rule.id = placed.rule JOIN graph.term AS t ON t.id = holder
LEFT JOIN before ON before.holder = placed.holder AND before.rule = placed.rule
ORDER BY code, organisation, rule.rule;
CREATE OR REPLACE TABLE outcome AS
WITH each AS (
    SELECT line.name, CASE
        WHEN bool_or(kept_out IS NULL AND NOT scope) THEN 'placed'
        WHEN bool_or(kept_out IS NULL AND scope) THEN 'no share of the revenue'
        WHEN bool_or(kept_out IS NOT NULL) THEN 'kept out by "' || min(kept_out) || '"'
        ELSE 'no rule' END AS what
    FROM line LEFT JOIN taken ON taken.id = line.id AND taken.name = line.name GROUP BY line.name)
SELECT what, count(*) AS names FROM each GROUP BY what
