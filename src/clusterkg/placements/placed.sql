-- Who is placed by which rule: each rule over the names of what registers list for somebody. Where
-- a register gives shares of somebody's revenue, what has none comes from the scope that somebody
-- is registered for, and places nobody; nor does what the industry of somebody speaks against (as of
-- a dealer, or of a firm that has given up making things).
CREATE OR REPLACE TEMP TABLE class AS
WITH RECURSIVE level AS (
    SELECT s AS holder, o AS industry FROM graph.triple WHERE p = <ckg:industryClass>
    UNION
    SELECT holder, t.o FROM level JOIN graph.triple AS t ON t.s = industry AND t.p = <skos:broader>)
SELECT DISTINCT holder, value AS name FROM level JOIN said ON s = industry AND p = <rdfs:label>;
CREATE OR REPLACE TEMP TABLE foreigner AS
SELECT holder, f.rule, min(name) AS industry
FROM class JOIN (
    SELECT c.name, rule.id AS rule FROM (SELECT DISTINCT name FROM class) AS c
    JOIN rule ON regexp_matches(c.name, rule.unfit)) AS f USING (name)
GROUP BY holder, f.rule;
CREATE OR REPLACE TEMP TABLE taken AS
SELECT line.*, hit.rule, coalesce(hit.kept_out, foreigner.industry) AS kept_out,
       share IS NULL AND measured.holder IS NOT NULL AS scope
FROM line JOIN hit USING (name)
LEFT JOIN foreigner ON foreigner.holder = line.holder AND foreigner.rule = hit.rule
LEFT JOIN (SELECT DISTINCT holder FROM line WHERE share IS NOT NULL) AS measured
ON measured.holder = line.holder;
CREATE OR REPLACE TEMP TABLE placed AS
SELECT holder, rule, string_agg(DISTINCT name, '; ' ORDER BY name) AS made, max(share) AS share,
       string_agg(DISTINCT iri, ' ' ORDER BY iri) AS lines
FROM taken
WHERE kept_out IS NULL AND NOT scope GROUP BY holder, rule;
CREATE OR REPLACE TABLE proposal AS
SELECT t.value AS organisation,
       (SELECT min(value) FROM said WHERE s = placed.holder AND p = <ckg:securitiesCode>) AS code,
       coalesce((SELECT min(value) FROM said WHERE s = placed.holder AND p = <rdfs:label>
                 AND language = 'zh'),
                (SELECT min(value) FROM said WHERE s = placed.holder AND p = <rdfs:label>), '') AS name,
       rule.rule, rule.iri AS rule_iri, rule.kind, rule.made AS product, rule.en AS rule_en,
       rule.zh AS rule_zh, placed.made, share, lines,
       'unreviewed' AS status, 'Placed by rule; nobody has reviewed it.' AS reason_en,
       '按规则定位，尚未审核。' AS reason_zh, NULL::VARCHAR AS decision, NULL::VARCHAR AS author,
       NULL::VARCHAR AS day, NULL::VARCHAR AS note
FROM placed JOIN rule ON rule.id = placed.rule JOIN graph.term AS t ON t.id = holder
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
