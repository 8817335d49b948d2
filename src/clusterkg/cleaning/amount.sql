-- Amounts of money such as 1,000万元人民币 become plain numbers of the currency's unit: 10000000.
-- A unit may stand in brackets: 1000(万元). Digits with spaces between them are two numbers.
-- Parameter unit (text, one of 元 千元 万元 百万元 亿元 refused = refused): what a bare number counts
-- Parameter currency (text, one of CNY any = CNY): which amounts are taken; for any, see currency
list_transform([regexp_extract(
    regexp_replace(CASE WHEN regexp_matches(cell, '[0-9.,]\s+[0-9.,]') THEN '' ELSE replace(cell, ' ', '') END,
        '\(((?:十|百|千|万|十万|百万|千万|亿|十亿|百亿|千亿|万亿)?(?:元|圆)?)\)$', '\1'),
    '^(人民币|(?i:RMB|CNY|USD|HKD|EUR|JPY|GBP)|[¥￥$€£]|US\$|HK\$|(?:美|港|欧|日)元|港币|英镑)?([+-]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,8})?)(十|百|千|万|十万|百万|千万|亿|十亿|百亿|千亿|万亿)?((?:元|圆)?(?:\(?(?:人民币|(?i:RMB|CNY))\)?)?|人民币(?:元|圆)|(?:美|港|欧|日|加|澳|韩)元|港币|英镑|(?:加拿大|澳大利亚|新加坡|澳门)元|(?:新)?台币|瑞士法郎|(?i:USD|HKD|EUR|JPY|GBP))整?$',
    ['before', 'number', 'unit', 'after'])], lambda part: CASE
    WHEN part.number = '' AND regexp_matches(cell, '[壹贰叁肆伍陆柒捌玖拾佰仟零〇一二三四五六七八九]')
    THEN {'value': NULL, 'wrong': 'is an amount in words',
          'advice': 'give it in digits, such as 100万元'}
    WHEN part.number = ''
    THEN {'value': NULL, 'wrong': 'is no amount of money',
          'advice': 'give it as 10000000元, 1,000万元 or 0.1亿元'}
    WHEN part.before || part.unit || part.after = '' AND :unit = 'refused'
    THEN {'value': NULL, 'wrong': 'is an amount without a unit',
          'advice': 'give it as 1000万元, or declare the unit in the mapping'}
    WHEN :currency = 'CNY' AND (
        NOT regexp_full_match(part.before, '人民币|(?i:RMB|CNY)|[¥￥]|')
        OR NOT regexp_full_match(part.after, '((元|圆)?(\(?(人民币|(?i:RMB|CNY))\)?)?|人民币(元|圆))'))
    THEN {'value': NULL, 'wrong': 'is an amount in another currency',
          'advice': 'give it in 元, or take any currency in the mapping and state which'}
    ELSE {'value': regexp_replace(CAST(CAST(replace(part.number, ',', '') AS DECIMAL(23, 8))
        * CASE CASE WHEN part.before || part.unit || part.after = '' THEN replace(:unit, '元', '')
                    ELSE part.unit END
            WHEN '十' THEN 10::DECIMAL(13, 0) WHEN '百' THEN 100 WHEN '千' THEN 1000
            WHEN '万' THEN 10000 WHEN '十万' THEN 100000 WHEN '百万' THEN 1000000
            WHEN '千万' THEN 10000000 WHEN '亿' THEN 100000000 WHEN '十亿' THEN 1000000000
            WHEN '百亿' THEN 10000000000 WHEN '千亿' THEN 100000000000
            WHEN '万亿' THEN 1000000000000 ELSE 1 END AS VARCHAR), '\.?0+$', ''),
        'wrong': NULL, 'advice': NULL} END)[1]
