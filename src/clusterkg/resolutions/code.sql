-- Things by a code of theirs, such as C3412, 3412 without the letter of its section, or by name;
-- where a cell holds both, they have to agree. Digits are taken as they are: none is made up.
CREATE OR REPLACE TEMP TABLE coded AS
WITH given AS (
    SELECT DISTINCT thing, lower(trim(value)) AS code
    FROM graph.triple JOIN fit ON thing = s JOIN graph.term ON term.id = o AND term.kind = 'literal'
    WHERE p IN (<skos:notation>, <ckg:adminCode>, <ckg:unifiedSocialCreditCode>,
                <ckg:securitiesCode>))
SELECT thing, code FROM given
UNION SELECT thing, code[2:] FROM given WHERE regexp_matches(code, '^[a-z][0-9]+$')
UNION SELECT given.thing, section.code || given.code
FROM given JOIN graph.triple ON s = given.thing AND p IN (<skos:broader>, <skos:broaderTransitive>)
JOIN given AS section ON section.thing = o AND regexp_matches(section.code, '^[a-z]$')
WHERE regexp_matches(given.code, '^[0-9]+$');
CREATE OR REPLACE TEMP TABLE named AS
SELECT DISTINCT thing, lower(trim(value)) AS name
FROM graph.triple JOIN fit ON thing = s JOIN graph.term ON term.id = o AND term.kind = 'literal'
WHERE p IN (<rdfs:label>, <skos:prefLabel>, <skos:altLabel>);
CREATE OR REPLACE TEMP TABLE spoken AS
SELECT text, plain, nullif(
    CASE WHEN regexp_matches(plain, '^[a-z]?[0-9]+[^0-9a-z]')
         THEN regexp_extract(plain, '^([a-z]?[0-9]+)', 1)
         WHEN regexp_matches(plain, '[^0-9a-z][a-z]?[0-9]+[)）\]】]?$')
         THEN regexp_extract(plain, '([a-z]?[0-9]+)[)）\]】]?$', 1) END, '') AS code,
    trim(CASE WHEN regexp_matches(plain, '^[a-z]?[0-9]+[^0-9a-z]')
              THEN regexp_replace(plain, '^[a-z]?[0-9]+', '')
              ELSE regexp_replace(plain, '[a-z]?[0-9]+[)）\]】]?$', '') END,
         ' -—:：、.()（）[]【】') AS name
FROM (SELECT DISTINCT text, lower(text) AS plain FROM asked WHERE text <> '');
CREATE OR REPLACE TEMP TABLE meaning AS
SELECT text, thing FROM spoken JOIN coded ON coded.code = plain
UNION SELECT text, thing FROM spoken JOIN named ON named.name = plain
UNION SELECT text, coded.thing FROM spoken JOIN coded USING (code)
      JOIN named ON named.thing = coded.thing AND named.name = spoken.name;
INSERT INTO resolved
WITH found AS (
    SELECT text, count(*) AS many, min(iri) AS iri, string_agg(iri, ', ' ORDER BY iri) AS those
    FROM meaning JOIN fit USING (thing) GROUP BY text),
apart AS (
    SELECT spoken.text, string_agg(DISTINCT named.name, ' / ' ORDER BY named.name) AS called FROM spoken
    JOIN coded USING (code) JOIN named ON named.thing = coded.thing GROUP BY spoken.text)
SELECT id, CASE WHEN many = 1 THEN iri END,
    CASE WHEN many = 1 THEN NULL WHEN coalesce(asked.text, '') = '' THEN 'is empty'
         WHEN many > 1 THEN 'names ' || many || ' things: ' || those[1:300]
         WHEN called IS NOT NULL THEN 'has a code that is called ' || called
         ELSE 'is no code or name of this kind' END,
    CASE WHEN many = 1 THEN NULL WHEN many > 1 THEN 'give the whole code'
         WHEN called IS NOT NULL THEN 'mend the code or the name'
         ELSE 'give a code as the graph has it, all its digits' END
FROM asked LEFT JOIN found USING (text) LEFT JOIN apart USING (text)
