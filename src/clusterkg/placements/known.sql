-- What was decided before: `kept(organisation, rule, decision, author, day, note)`.
CREATE OR REPLACE TEMP TABLE kept AS
SELECT a.value AS organisation, regexp_extract(r.value, '[^/#]*$') AS rule,
       CASE regexp_extract(any_value(w.value), '[^/#]*$')
           WHEN 'accepted' THEN 'confirmed' ELSE 'rejected' END AS decision,
       coalesce(any_value(v.value) FILTER (q.p = <dcterms:creator>), '') AS author,
       coalesce(any_value(v.value) FILTER (q.p = <dcterms:created>), '') AS day,
       coalesce(any_value(v.value) FILTER (q.p = <dcterms:description>), '') AS note
FROM graph.quad AS d JOIN graph.term AS a ON a.id = d.o
JOIN graph.quad AS dr ON dr.s = d.s AND dr.p = <ckg:decisionRule> JOIN graph.term AS r ON r.id = dr.o
JOIN graph.quad AS dw ON dw.s = d.s AND dw.p = <ckg:decisionOutcome> JOIN graph.term AS w ON w.id = dw.o
JOIN graph.quad AS q ON q.s = d.s JOIN graph.term AS v ON v.id = q.o
WHERE d.p = <ckg:decisionAbout> GROUP BY a.value, r.value
