-- Numbers that programs write with an exponent, 9.8e-05, become plain: 0.000098; all else stays.
{'value': CASE WHEN regexp_full_match(cell, '[+-]?[0-9](\.[0-9]{1,17})?[eE][+-]?0?[0-9]')
    THEN regexp_replace(CAST(CAST(cell AS DECIMAL(38, 26)) AS VARCHAR), '\.?0+$', '')
    ELSE cell END,
 'wrong': NULL, 'advice': NULL}
