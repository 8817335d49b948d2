-- sh:UniqueLangConstraintComponent (SHACL 4.4.5): two value nodes of one language; once a language.
-- $unique: flag sh:uniqueLang
-- Of property shapes alone.
SELECT v.this, NULL AS value
FROM value AS v
JOIN term AS t ON t.id = v.value AND t.language <> ''
WHERE $unique
GROUP BY v.this, lower(t.language)
HAVING count(*) > 1
