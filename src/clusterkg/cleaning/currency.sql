-- The currency of an amount of money as ISO 4217 has it: 1,000万美元 becomes USD.
-- Parameter bare (text, one of CNY refused = refused): that of 元 alone, and of a bare number
list_transform([regexp_replace(replace(cell, ' ', ''), '[0-9.,+()-]|[十百千万亿]|整$', '', 'g')],
    lambda word: CASE
    WHEN regexp_full_match(word, '人民币(元|圆)?|(元|圆)人民币|(元|圆)?(?i:RMB|CNY)|(?i:RMB|CNY)(元|圆)?')
    THEN {'value': 'CNY', 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '(元|圆|[¥￥](元|圆)?|)') AND :bare <> 'refused'
    THEN {'value': :bare, 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '(元|圆|[¥￥](元|圆)?|)')
    THEN {'value': NULL, 'wrong': 'does not say which currency',
          'advice': 'give it as 1000万元人民币, or declare the currency in the mapping'}
    WHEN regexp_full_match(word, '美元|(?i:USD)|US\$|US\$元') THEN {'value': 'USD', 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '港元|港币|(?i:HKD)|HK\$') THEN {'value': 'HKD', 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '欧元|(?i:EUR)|€') THEN {'value': 'EUR', 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '日元|(?i:JPY)') THEN {'value': 'JPY', 'wrong': NULL, 'advice': NULL}
    WHEN regexp_full_match(word, '英镑|(?i:GBP)|£') THEN {'value': 'GBP', 'wrong': NULL, 'advice': NULL}
    ELSE {'value': NULL, 'wrong': 'has a currency that is not known',
          'advice': 'give the amount in 人民币, 美元, 港元, 欧元, 日元 or 英镑'} END)[1]
