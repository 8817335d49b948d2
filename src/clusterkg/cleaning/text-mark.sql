-- Marks that make a spreadsheet keep a text, ="000569" or '000569 or a tab behind it, are taken off.
{'value': CASE WHEN regexp_full_match(cell, '\s*=\s*"[^"]*"\s*') THEN regexp_extract(cell, '"([^"]*)"', 1)
    WHEN regexp_full_match(cell, '''[0-9A-Za-z][^'']*') THEN trim(substr(cell, 2), chr(9))
    ELSE trim(cell, chr(9)) END,
 'wrong': NULL, 'advice': NULL}
