-- Days written as 2019-01-02, 2019/1/2, 2019.1.2, 20190102 or 2019年1月2日 become 2019-01-02.
-- A time of midnight behind a day is left out; any other time is none of a day.
CASE WHEN regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(cell AS DATE) IS NOT NULL
        AND cell >= '1000'
    THEN {'value': cell, 'wrong': NULL, 'advice': NULL}
    ELSE list_transform([CASE
        WHEN regexp_full_match(cell,
            '[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}([ T]0{1,2}:00(:00(\.0+)?)?)?')
            AND length(regexp_replace(split_part(split_part(cell, ' ', 1), 'T', 1),
                                      '[0-9]|' || CASE substr(cell, 5, 1) WHEN '.' THEN '\.'
                                                  ELSE substr(cell, 5, 1) END, '', 'g')) = 0
            THEN regexp_extract_all(split_part(split_part(cell, ' ', 1), 'T', 1), '[0-9]+')
        WHEN regexp_full_match(cell, '[0-9]{4} ?年 ?[0-9]{1,2} ?月 ?[0-9]{1,2} ?日')
            THEN regexp_extract_all(cell, '[0-9]+')
        WHEN regexp_full_match(cell, '[0-9]{8}')
            THEN [cell[1:4], cell[5:6], cell[7:8]] END],
        lambda part: CASE
            WHEN part[1] < '1000'
            THEN {'value': NULL, 'wrong': 'is a day before the year 1000, as programs write for none',
                  'advice': 'give the day, or nothing where it is not known'}
            WHEN TRY_CAST(part[1] || '-' || part[2] || '-' || part[3] AS DATE) IS NOT NULL
            THEN {'value': part[1] || '-' || lpad(part[2], 2, '0') || '-' || lpad(part[3], 2, '0'),
                  'wrong': NULL, 'advice': NULL}
            WHEN part IS NOT NULL
            THEN {'value': NULL, 'wrong': 'is no day of the calendar',
                  'advice': 'give a day that there was, such as 2019-01-02'}
            WHEN regexp_matches(cell, '^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[ T][0-9]{1,2}:')
            THEN {'value': NULL, 'wrong': 'has a time of the day',
                  'advice': 'give the day alone, such as 2019-01-02; beware of other time zones'}
            ELSE {'value': NULL, 'wrong': 'is no date',
                  'advice': 'give it as 2019-01-02, 2019/1/2, 2019.1.2, 20190102 or 2019年1月2日'}
            END)[1] END
