-- Unified social credit codes (GB 32100-2015), without spaces, in capitals, their check character too.
list_transform([upper(regexp_replace(cell, '[ -]', '', 'g'))], lambda code: CASE
    WHEN regexp_full_match(code, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN list_transform([(31 - (
            1 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[1]) - 1)
            + 3 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[2]) - 1)
            + 9 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[3]) - 1)
            + 27 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[4]) - 1)
            + 19 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[5]) - 1)
            + 26 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[6]) - 1)
            + 16 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[7]) - 1)
            + 17 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[8]) - 1)
            + 20 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[9]) - 1)
            + 29 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[10]) - 1)
            + 25 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[11]) - 1)
            + 13 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[12]) - 1)
            + 8 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[13]) - 1)
            + 24 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[14]) - 1)
            + 10 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[15]) - 1)
            + 30 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[16]) - 1)
            + 28 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', code[17]) - 1)) % 31) % 31 + 1],
        lambda last: CASE WHEN substr('0123456789ABCDEFGHJKLMNPQRTUWXY', last, 1) = code[18]
            THEN {'value': code, 'wrong': NULL, 'advice': NULL}
            ELSE {'value': NULL, 'wrong': 'does not fit its check character',
                  'advice': 'compare it with the licence; if the rest is right it ends in '
                            || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', last, 1)} END)[1]
    WHEN length(code) <> 18
    THEN {'value': NULL, 'wrong': 'has ' || length(code) || ' characters, not 18',
          'advice': 'give the code of 18 characters'}
    WHEN regexp_matches(code, '[IOSVZ]')
    THEN {'value': NULL, 'wrong': 'has a letter that no credit code has (I, O, S, V, Z)',
          'advice': 'look whether 1, 0, 5 or 2 is meant'}
    ELSE {'value': NULL, 'wrong': 'is no unified social credit code',
          'advice': 'give 18 digits and capital letters, of which the third to the eighth are digits'} END)[1]
