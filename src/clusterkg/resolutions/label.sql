-- Things by a label or another name, in any language, whatever the case, width of brackets and
-- spaces; a name of several things tells none of them.
CREATE OR REPLACE TEMP TABLE name AS
SELECT DISTINCT thing, iri,
       lower(translate(regexp_replace(trim(value), '\s+', ' ', 'g'), '（）', '()')) AS text
FROM graph.triple JOIN fit ON thing = s JOIN graph.term ON term.id = o AND term.kind = 'literal'
WHERE p IN (<rdfs:label>, <skos:prefLabel>, <skos:altLabel>);
INSERT INTO resolved
WITH found AS (
    SELECT text, count(*) AS many, min(iri) AS iri, string_agg(iri, ', ' ORDER BY iri) AS those
    FROM name GROUP BY text)
SELECT id, CASE WHEN many = 1 THEN iri END,
    CASE WHEN many = 1 THEN NULL WHEN coalesce(asked.text, '') = '' THEN 'is empty'
         WHEN many > 1 THEN 'names ' || many || ' things: ' || those[1:300]
         ELSE 'names nothing of this kind' END,
    CASE WHEN many = 1 THEN NULL WHEN many > 1 THEN 'give the code of one, or resolve by code'
         ELSE 'give a name as the graph has it, or add the thing first' END
FROM asked LEFT JOIN found ON found.text = lower(translate(
    regexp_replace(asked.text, '\s+', ' ', 'g'), '（）', '()'))
