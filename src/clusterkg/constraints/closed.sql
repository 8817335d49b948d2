-- sh:ClosedConstraintComponent (SHACL 4.8.1): a triple of a value node with another property.
-- $closed: flag sh:closed
-- $allowed: properties sh:ignoredProperties
SELECT v.this, t.o AS value, t.p AS path
FROM value AS v
JOIN fact AS t ON t.s = v.value
WHERE $closed AND NOT list_contains($allowed, t.p)
