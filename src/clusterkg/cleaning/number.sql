-- Numbers with a comma, or a space, every three digits become plain: 1,234.50 becomes 1234.5.
-- Parameter decimal (text, one of point comma = point): with comma, 1.234,50 is what 1,234.50 is
list_transform([CASE WHEN :decimal = 'comma' THEN translate(cell, '.,', ',.') ELSE cell END],
    lambda written: CASE
    WHEN regexp_full_match(written, '[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}([ \x{A0}\x{2009}\x{202F}][0-9]{3})+|[0-9]+)(\.[0-9]+)?')
    THEN list_transform([regexp_replace(written, '[, \x{A0}\x{2009}\x{202F}]', '', 'g')], lambda plain:
        {'value': regexp_replace(regexp_replace(regexp_replace(
            CASE WHEN contains(plain, '.') THEN regexp_replace(plain, '\.?0*$', '') ELSE plain END,
            '^\+', ''), '^(-?)0+([0-9])', '\1\2'), '^-0$', '0'),
        'wrong': NULL, 'advice': NULL})[1]
    WHEN regexp_full_match(cell, '[+-]?[0-9.,]+[eE][+-]?[0-9]+')
    THEN {'value': NULL, 'wrong': 'was shortened by a spreadsheet',
          'advice': 'take the number from the original, with all its digits'}
    WHEN regexp_full_match(cell, '[+-]?[0-9][0-9., ]*')
    THEN {'value': NULL, 'wrong': 'has its points, commas or spaces where no number has them',
          'advice': 'give it as 1234.5 or 1,234.5, or declare in the mapping what parts decimals'}
    ELSE {'value': NULL, 'wrong': 'is no number', 'advice': 'give it as 1234.5 or 1,234.5'} END)[1]
