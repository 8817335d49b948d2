-- What is decided, `reviewed(organisation, rule, decision, author, day, note)`, of what is proposed.
-- `idle(organisation, rule)` holds decisions about what is not proposed now.
UPDATE proposal SET
    status = CASE r.decision WHEN 'confirmed' THEN 'accepted' ELSE 'rejected' END,
    decision = r.decision, author = r.author, day = r.day, note = r.note,
    reason_en = upper(r.decision[1]) || r.decision[2:] || ' by ' || r.author
        || coalesce(', ' || nullif(r.day, ''), '') || coalesce(': ' || nullif(r.note, ''), ''),
    reason_zh = CASE r.decision WHEN 'confirmed' THEN '确认' ELSE '否定' END || ',' || r.author
        || coalesce(', ' || nullif(r.day, ''), '') || coalesce(': ' || nullif(r.note, ''), '')
FROM reviewed AS r WHERE proposal.organisation = r.organisation AND proposal.rule = r.rule;
CREATE OR REPLACE TABLE idle AS
SELECT organisation, rule FROM reviewed ANTI JOIN proposal USING (organisation, rule) ORDER BY ALL
