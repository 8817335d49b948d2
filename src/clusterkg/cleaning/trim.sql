-- Spaces of any kind, and signs that nobody sees, are taken from both ends.
{'value': regexp_replace(regexp_replace(cell,
    '^[\s\p{Z}\x{200B}-\x{200F}\x{2060}\x{FEFF}\x00-\x1F\x7F]+', ''),
    '[\s\p{Z}\x{200B}-\x{200F}\x{2060}\x{FEFF}\x00-\x1F\x7F]+$', ''),
 'wrong': NULL, 'advice': NULL}
