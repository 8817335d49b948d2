-- Days that a spreadsheet counts from 1900 (43467, 43467.0) become 2019-01-02; all else stays.
-- Days before 1 March 1900 are counted wrong there, and those of eight digits are no count.
{'value': CASE WHEN regexp_full_match(cell, '[0-9]{2,7}(\.0+)?')
    AND TRY_CAST(split_part(cell, '.', 1) AS INTEGER) BETWEEN 61 AND 2958465
    THEN strftime(DATE '1899-12-30' + TRY_CAST(split_part(cell, '.', 1) AS INTEGER), '%Y-%m-%d')
    ELSE cell END,
 'wrong': NULL, 'advice': NULL}
