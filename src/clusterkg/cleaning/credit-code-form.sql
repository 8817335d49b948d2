-- Unified social credit codes (GB 32100-2015) but for their check character, which some issued ones fail.
list_transform([upper(regexp_replace(cell, '[ -]', '', 'g'))], lambda code: CASE
    WHEN regexp_full_match(code, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN {'value': code, 'wrong': NULL, 'advice': NULL}
    WHEN length(code) <> 18
    THEN {'value': NULL, 'wrong': 'has ' || length(code) || ' characters, not 18',
          'advice': 'give the code of 18 characters'}
    WHEN regexp_matches(code, '[IOSVZ]')
    THEN {'value': NULL, 'wrong': 'has a letter that no credit code has (I, O, S, V, Z)',
          'advice': 'look whether 1, 0, 5 or 2 is meant'}
    ELSE {'value': NULL, 'wrong': 'is no unified social credit code',
          'advice': 'give 18 digits and capital letters, of which the third to the eighth are digits'} END)[1]
