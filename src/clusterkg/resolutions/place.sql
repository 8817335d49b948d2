-- Places by their code (6 digits, or 12 of which those begin), by any name, by a path of names,
-- and by the names that an address begins with. Short names are made of full ones with the words
-- of the table. What has several meanings is settled by where it has to lie, or not at all; in an
-- address, only a full name ends the path, since streets are called by short ones.
CREATE OR REPLACE TEMP TABLE place AS
WITH area AS (
    SELECT DISTINCT s AS id, s IN (SELECT s FROM graph.triple
                                   WHERE p = <rdf:type> AND o = <ckg:AdministrativeArea>) AS path
    FROM graph.triple WHERE p = <rdf:type> AND o = <ckg:Place>
      AND s NOT IN (SELECT s FROM graph.triple WHERE p = <owl:deprecated>)),
called AS (
    SELECT s AS id, arg_min(value, CASE language WHEN 'zh' THEN 0 ELSE 1 END) AS label
    FROM graph.triple JOIN graph.term ON term.id = o WHERE p = <rdfs:label> GROUP BY s),
coded AS (
    SELECT s AS id, min(value) AS code
    FROM graph.triple JOIN graph.term ON term.id = o WHERE p = <ckg:adminCode> GROUP BY s)
SELECT area.id, term.value AS iri, path, coalesce(label, term.value) AS label, code
FROM area JOIN graph.term ON term.id = area.id AND kind = 'iri'
LEFT JOIN called ON called.id = area.id LEFT JOIN coded ON coded.id = area.id;
-- A place is within itself, too.
CREATE OR REPLACE TEMP TABLE within AS
SELECT id AS place, id AS area FROM place
UNION SELECT s, o FROM graph.triple WHERE p IN (<ckg:within>, <ckg:directlyWithin>);
CREATE OR REPLACE TEMP TABLE shown AS
SELECT place.id, string_agg(a.label, '' ORDER BY depth.areas)
                 || coalesce(' (' || any_value(place.code) || ')', '') AS text
FROM place JOIN within ON within.place = place.id
JOIN place AS a ON a.id = within.area
JOIN (SELECT place, count(*) AS areas FROM within GROUP BY place) AS depth ON depth.place = a.id
WHERE a.code IS NOT NULL OR a.id = place.id
GROUP BY place.id;
SET VARIABLE suffix = (
    SELECT '(?:' || string_agg(word, '|' ORDER BY length(word) DESC) || ')$'
    FROM word WHERE kind = 'suffix');
SET VARIABLE people = (
    SELECT '(?:' || string_agg(word, '|' ORDER BY length(word) DESC) || ')+$'
    FROM word WHERE kind = 'people');
SET VARIABLE placeholder = (
    SELECT string_agg(word, '|' ORDER BY length(word) DESC) FROM word WHERE kind = 'placeholder');
CREATE OR REPLACE TEMP TABLE name AS
WITH given AS (
    SELECT DISTINCT place.id, lower(trim(value)) AS text, p = <rdfs:label> AS main
    FROM graph.triple JOIN place ON place.id = s JOIN graph.term ON term.id = o
    WHERE p IN (<rdfs:label>, <skos:prefLabel>, <skos:altLabel>)),
bare AS (
    SELECT id, text, regexp_replace(text, getvariable('suffix'), '') AS stem
    FROM given WHERE regexp_matches(text, getvariable('suffix'))),
short AS (
    SELECT id, CASE WHEN length(regexp_replace(stem, getvariable('people'), '')) > 1
                    THEN regexp_replace(stem, getvariable('people'), '') ELSE stem END AS text
    FROM bare)
SELECT id, text, max(ended) AS ended, length(text) AS long, text[1:2] AS head
FROM (SELECT id, text, main OR regexp_matches(text, getvariable('suffix')) AS ended FROM given
      UNION ALL SELECT id, text, false FROM short WHERE length(text) > 1
      UNION ALL SELECT id, short.text || word.short, true
                FROM short JOIN given USING (id) JOIN word ON ends_with(given.text, word.word)
                WHERE length(short.text) > 1 AND word.short <> '')
GROUP BY id, text;
CREATE OR REPLACE TEMP TABLE spoken AS
SELECT text, lower(text) AS plain,
       regexp_replace(regexp_replace(lower(text), '[\s/\\,，、;；·>＞_|\-—]+', '', 'g'),
                      getvariable('placeholder'), '', 'g') AS tight,
       regexp_matches(text, '^[0-9]+$') AS digits
FROM (SELECT text FROM asked UNION SELECT text FROM inside) WHERE text <> '';
-- Each way in which a text begins with the names of places, one within the other. A name that is
-- there twice names two places if it can: the better the more `weight`.
CREATE OR REPLACE TEMP TABLE begun AS
WITH RECURSIVE begun AS (
    SELECT tight, name.id AS place, long AS upto, ended, 1 AS depth, 0 AS twice
    FROM (SELECT DISTINCT tight FROM spoken WHERE NOT digits) AS s
    JOIN name ON head = tight[1:2] AND starts_with(tight, name.text)
    JOIN place ON place.id = name.id AND path
    UNION
    SELECT tight, name.id, upto + long, name.ended, depth + 1,
           twice + (name.id = begun.place)::INTEGER
    FROM begun JOIN name ON head = tight[upto + 1 : upto + 2]
                         AND starts_with(tight[upto + 1 :], name.text)
    JOIN within ON within.place = name.id AND within.area = begun.place
    JOIN place ON place.id = name.id AND path
    WHERE depth < 6)
SELECT tight, place, max(8 * upto - twice) AS weight FROM begun
WHERE (ended AND upto > 2) OR upto = length(tight) GROUP BY tight, place;
CREATE OR REPLACE TEMP TABLE meaning AS
SELECT text, place, weight FROM spoken JOIN begun USING (tight) WHERE NOT digits
UNION SELECT spoken.text, name.id, 1000000 FROM spoken JOIN name ON name.text = plain
UNION SELECT spoken.text, place.id, 1000000 FROM spoken
      JOIN place ON code = text[1:6] WHERE digits AND length(text) IN (6, 12);
CREATE OR REPLACE TEMP TABLE meant AS
SELECT text, place FROM meaning JOIN fit ON fit.thing = place
QUALIFY weight = max(weight) OVER (PARTITION BY text);
CREATE OR REPLACE TEMP TABLE around AS
SELECT text, place AS area FROM meaning WHERE text IN (SELECT text FROM inside)
QUALIFY weight = max(weight) OVER (PARTITION BY text);
-- Which place does not lie in what which text means; a text without meaning says nothing.
CREATE OR REPLACE TEMP TABLE apart AS
SELECT said.text, said.place FROM (
    SELECT DISTINCT i.text, m.place FROM asked AS a JOIN meant AS m ON m.text = a.text
    JOIN inside AS i ON i.id = a.id WHERE i.text IN (SELECT text FROM around)) AS said
ANTI JOIN (SELECT text, place FROM around JOIN within USING (area)) AS lies
    ON lies.text = said.text AND lies.place = said.place;
CREATE OR REPLACE TEMP TABLE candidate AS
SELECT a.id, m.place, min(apart.text) AS outside FROM asked AS a JOIN meant AS m ON m.text = a.text
LEFT JOIN inside AS i ON i.id = a.id
LEFT JOIN apart ON apart.text = i.text AND apart.place = m.place
GROUP BY a.id, m.place;
INSERT INTO resolved
WITH found AS (
    SELECT candidate.id, count(*) AS of, count(*) FILTER (outside IS NULL) AS many,
           any_value(iri) FILTER (outside IS NULL) AS iri,
           string_agg(shown.text, ', ' ORDER BY shown.text) FILTER (outside IS NULL) AS those,
           min(shown.text) AS one, min(outside) AS outside
    FROM candidate JOIN place ON place.id = candidate.place
    JOIN shown ON shown.id = candidate.place GROUP BY candidate.id),
other AS (
    SELECT asked.id, min(shown.text) AS one FROM asked
    JOIN meaning USING (text) JOIN shown ON shown.id = place GROUP BY asked.id)
SELECT asked.id, CASE WHEN many = 1 THEN iri END,
    CASE WHEN many = 1 THEN NULL
         WHEN coalesce(text, '') = '' THEN 'is empty'
         WHEN many > 1 THEN 'names ' || many || ' places: ' || those
         WHEN outside IS NOT NULL THEN
             CASE WHEN found.of > 1 THEN 'none of the ' || found.of || ' places so called lies in '
                  ELSE found.one || ' does not lie in ' END || outside
         WHEN other.one IS NOT NULL THEN other.one || ' is of another kind'
         WHEN regexp_matches(text, '^[0-9]+$') AND length(text) NOT IN (6, 12)
             THEN 'is no code of 6 or 12 digits'
         WHEN regexp_matches(text, '^[0-9]+$') THEN 'is the code of no known place'
         ELSE 'names no known place' END,
    CASE WHEN many = 1 THEN NULL
         WHEN many > 1 THEN 'give its code, or its name behind that of the area it lies in'
         WHEN outside IS NOT NULL THEN 'mend one of the two cells'
         WHEN regexp_matches(text, '^[0-9]+$') THEN 'give a code of GB/T 2260, such as 500113'
         ELSE 'give a code or a full name, such as 500113 or 重庆市巴南区' END
FROM asked LEFT JOIN found ON found.id = asked.id LEFT JOIN other ON other.id = asked.id
