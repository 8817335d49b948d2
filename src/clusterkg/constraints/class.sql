-- sh:ClassConstraintComponent (SHACL 4.1.1): a value node that is no instance of the class.
-- instance: class sh:class
SELECT v.this, v.value
FROM value AS v
WHERE NOT EXISTS (SELECT 1 FROM instance AS i WHERE i.this = v.value)
