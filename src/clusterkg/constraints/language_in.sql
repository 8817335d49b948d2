-- sh:LanguageInConstraintComponent (SHACL 4.4.4): a value node without one of the languages.
-- $languages: words sh:languageIn
SELECT v.this, v.value
FROM value AS v
LEFT JOIN term AS t ON t.id = v.value
WHERE coalesce(t.language, '') = ''
   OR NOT (list_contains($languages, '*') OR list_contains($languages, lower(t.language))
           OR list_contains($languages, lower(split_part(t.language, '-', 1))))
