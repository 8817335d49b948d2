-- The name of a member of a JSON object, such as "a": 4 or {"a": 4, becomes a.
CASE WHEN regexp_full_match(cell, '\s*\{?\s*"([^"\\]|\\.)*"\s*:.*')
    THEN {'value': replace(replace(regexp_extract(cell, '"(([^"\\]|\\.)*)"', 1), '\"', '"'), '\\', '\'),
          'wrong': NULL, 'advice': NULL}
    ELSE {'value': NULL, 'wrong': 'is no member of a JSON object', 'advice': 'give it as "name": value'} END
