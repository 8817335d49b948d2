-- sh:NodeKindConstraintComponent (SHACL 4.1.3): a value node of another kind.
-- $kinds: kinds sh:nodeKind
SELECT v.this, v.value
FROM value AS v
WHERE CASE WHEN v.value < 0 THEN NOT list_contains($kinds, 'literal')
           WHEN list_contains($kinds, 'iri') AND list_contains($kinds, 'blank') THEN false
           ELSE NOT EXISTS (SELECT 1 FROM term AS t
                            WHERE t.id = v.value AND list_contains($kinds, t.kind)) END
