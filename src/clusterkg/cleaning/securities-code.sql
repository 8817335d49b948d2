-- Codes of listed companies (301079, 000569.SZ, 600373SH, SZ000569) become six digits.
-- The exchange in it has to be the one that the digits belong to, as far as they tell.
CASE WHEN regexp_full_match(cell, '(?i)((SH|SZ|BJ|SS)[.:]?)?[0-9]{6}|[0-9]{6}([.:]?(SH|SZ|BJ|SS|XSHG|XSHE))?')
    THEN CASE
        WHEN regexp_matches(cell, '(?i)S[HS]|XSHG') AND regexp_extract(cell, '[0-9]{6}')[1] IN ('0', '2', '3')
          OR regexp_matches(cell, '(?i)SZ|XSHE') AND regexp_extract(cell, '[0-9]{6}')[1] IN ('5', '6')
        THEN {'value': NULL, 'wrong': 'is of another exchange than it says',
              'advice': 'look up the code: 6 begins one of Shanghai, 0 and 3 one of Shenzhen'}
        ELSE {'value': regexp_extract(cell, '[0-9]{6}'), 'wrong': NULL, 'advice': NULL} END
    ELSE {'value': NULL, 'wrong': 'is no securities code',
          'advice': 'give six digits, such as 000569 or 000569.SZ'} END
