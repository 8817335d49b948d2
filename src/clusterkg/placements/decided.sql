-- What a file decides of what is proposed: `decided(row, who, rule, decision, author, day, note)`.
-- `stray(row, who, rule)` holds decisions about what is not proposed.
CREATE OR REPLACE TEMP TABLE meant AS
SELECT d.*, p.organisation FROM decided AS d LEFT JOIN proposal AS p
ON p.rule = regexp_extract(d.rule, '[^/#:]*$') AND d.who IN (p.organisation, p.code, p.name);
CREATE OR REPLACE TABLE stray AS
SELECT row, who, rule FROM meant GROUP BY ALL HAVING count(DISTINCT organisation) <> 1 ORDER BY row;
CREATE OR REPLACE TEMP TABLE final AS
SELECT organisation, rule, decision, note,
       coalesce(nullif(author, ''), 'somebody') AS by_en, coalesce(nullif(author, ''), '人工') AS by_zh,
       coalesce(', ' || nullif(day, ''), '') AS day, coalesce(': ' || nullif(note, ''), '') AS why
FROM meant WHERE row NOT IN (SELECT row FROM stray);
UPDATE proposal SET
    status = CASE decision WHEN 'confirmed' THEN 'accepted' ELSE 'rejected' END,
    reason_en = upper(decision[1]) || decision[2:] || ' by ' || by_en || day || why,
    reason_zh = CASE decision WHEN 'confirmed' THEN '确认' ELSE '否定' END || ',' || by_zh || day || why
FROM final WHERE proposal.organisation = final.organisation
             AND proposal.rule = regexp_extract(final.rule, '[^/#:]*$')
