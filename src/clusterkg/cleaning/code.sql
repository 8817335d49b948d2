-- Codes of digits get back the zeros that a spreadsheet took from their front.
-- Parameter length (integer): how many digits a code has
CASE WHEN regexp_full_match(cell, '[0-9]+(\.0)?') AND length(split_part(cell, '.', 1)) <= :length
    THEN {'value': lpad(split_part(cell, '.', 1), :length, '0'), 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(cell, '[0-9.]+[eE][+-]?[0-9]+')
    THEN {'value': NULL, 'wrong': 'was shortened by a spreadsheet',
          'advice': 'take the code from the original, with all its digits'}
    ELSE {'value': NULL, 'wrong': 'is no code of ' || :length || ' digits',
          'advice': 'give ' || :length || ' digits'} END
