-- Shares such as 12.5% or 125‰ become a number: of percent (12.5), or a fraction of one (0.125).
-- Parameter as (text, one of percent fraction = percent): what the number counts
-- Parameter bare (text, one of refused percent fraction = refused): what one without a sign counts
CASE WHEN regexp_full_match(cell, '[+-]?[0-9]{1,12}(\.[0-9]{1,12})? ?[%％‰]')
      OR (:bare <> 'refused' AND regexp_full_match(cell, '[+-]?[0-9]{1,12}(\.[0-9]{1,12})?'))
    THEN {'value': regexp_replace(regexp_replace(CAST(
            CAST(regexp_extract(cell, '^[+-]?[0-9.]+') AS DECIMAL(24, 12))
            * CASE WHEN contains(cell, '‰') THEN CAST(0.1 AS DECIMAL(6, 4))
                   WHEN regexp_matches(cell, '[%％]') OR :bare = 'percent' THEN CAST(1 AS DECIMAL(6, 4))
                   ELSE CAST(100 AS DECIMAL(7, 4)) END
            * CASE :as WHEN 'fraction' THEN CAST(0.01 AS DECIMAL(4, 2))
                       ELSE CAST(1 AS DECIMAL(4, 2)) END AS VARCHAR), '\.?0+$', ''), '^-0?$', '0'),
        'wrong': NULL, 'advice': NULL}
    ELSE {'value': NULL, 'wrong': 'is no share', 'advice': 'give it with its sign, such as 12.5%'} END
