-- Days that a spreadsheet counts from 1900 (43467, 43467.0) become 2019-01-02; all else stays.
-- Five digits from 10000 (1927) to 73050 (2099): 2019 is a year, 201905 a month, 20190102 a day.
{'value': CASE WHEN regexp_full_match(cell, '[0-9]{5}(\.0+)?')
    AND TRY_CAST(split_part(cell, '.', 1) AS INTEGER) BETWEEN 10000 AND 73050
    THEN strftime(DATE '1899-12-30' + TRY_CAST(split_part(cell, '.', 1) AS INTEGER), '%Y-%m-%d')
    ELSE cell END,
 'wrong': NULL, 'advice': NULL}
