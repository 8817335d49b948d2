-- sh:InConstraintComponent (SHACL 4.8.3): a value node that is not in the list.
-- $list: terms sh:in
SELECT this, value
FROM value
WHERE NOT list_contains($list, value)
