-- What is decided, `reviewed(organisation, rule, decision, author, day, note)`, of what is proposed.
-- `idle(organisation, rule)` holds decisions about what is not proposed now.
UPDATE proposal SET
    status = CASE r.decision WHEN 'confirmed' THEN 'accepted' ELSE 'rejected' END,
    decision = r.decision, author = r.author, day = r.day, note = r.note,
    reason_en = upper(r.decision[1]) || r.decision[2:] || ' by ' || r.author
        || coalesce(', ' || nullif(r.day, ''), '') || coalesce(': ' || nullif(r.note, ''), ''),
    reason_zh = CASE r.decision WHEN 'confirmed' THEN '确认' ELSE '否定' END || '，' || r.author
        || coalesce('，' || nullif(r.day, ''), '') || coalesce('：' || nullif(r.note, ''), '')
FROM reviewed AS r WHERE proposal.organisation = r.organisation AND proposal.rule = r.rule;
-- Wherever a placement is named, in a list or a search, what it is worth is to be seen.
UPDATE proposal SET
    rule_en = rule_en || CASE status WHEN 'accepted' THEN ' (confirmed)'
        WHEN 'rejected' THEN ' (rejected)' ELSE ' (not reviewed)' END,
    rule_zh = rule_zh || CASE status WHEN 'accepted' THEN '（已确认）'
        WHEN 'rejected' THEN '（已否定）' ELSE '（未审核）' END;
CREATE OR REPLACE TABLE idle AS
SELECT organisation, rule FROM reviewed ANTI JOIN proposal USING (organisation, rule) ORDER BY ALL
