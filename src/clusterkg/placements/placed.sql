-- Who is placed by which rule: each rule over the names of what registers list for somebody. Where
-- a register gives shares of somebody's revenue, what has none comes from the scope that somebody
-- is registered for, and places nobody. What is placed keeps what was decided of it before.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT line.*, hit.rule, hit.kept_out, share IS NULL AND measured.holder IS NOT NULL AS scope
FROM line JOIN hit USING (name)
LEFT JOIN (SELECT DISTINCT holder FROM line WHERE share IS NOT NULL) AS measured USING (holder);
CREATE OR REPLACE TEMP TABLE placed AS
SELECT holder, rule, string_agg(DISTINCT name, '; ' ORDER BY name) AS made, max(share) AS share,
       string_agg(DISTINCT iri, ' ' ORDER BY iri) AS lines,
       string_agg(DISTINCT r.value, '|' ORDER BY r.value) AS rows
FROM taken LEFT JOIN said AS r ON r.s = taken.id AND r.p = <ckg:sourceRow>
WHERE kept_out IS NULL AND NOT scope GROUP BY holder, rule;
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
