-- All spaces go, also between characters; names in Chinese have none.
{'value': regexp_replace(cell, '[\s\p{Z}\x{200B}-\x{200F}\x{2060}\x{FEFF}]+', '', 'g'),
 'wrong': NULL, 'advice': NULL}
