-- Words and signs that say that there is nothing: N/A, NULL, -, /, 无, 暂无, 不详, 未知.
{'value': CASE WHEN regexp_full_match(cell,
        '(?i)\s*(#?N/?A|NULL|NONE|NIL|NAN|[-–—－_/\\.…*?？]+|无|暂无|暂无数据|无数据|不详|未知|未填写|未填|空)\s*')
    THEN NULL ELSE cell END,
 'wrong': NULL, 'advice': NULL}
