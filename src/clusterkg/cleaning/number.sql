-- Numbers with a comma every three digits become plain: 1,234.50 becomes 1234.5.
CASE WHEN regexp_full_match(cell, '[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?')
    THEN {'value': regexp_replace(regexp_replace(regexp_replace(
            CASE WHEN contains(cell, '.') THEN regexp_replace(replace(cell, ',', ''), '\.?0*$', '')
                 ELSE replace(cell, ',', '') END,
            '^\+', ''), '^(-?)0+([0-9])', '\1\2'), '^-0$', '0'),
        'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(cell, '[+-]?[0-9.]+[eE][+-]?[0-9]+')
    THEN {'value': NULL, 'wrong': 'was shortened by a spreadsheet',
          'advice': 'take the number from the original, with all its digits'}
    ELSE {'value': NULL, 'wrong': 'is no number', 'advice': 'give it as 1234.5 or 1,234.5'} END
