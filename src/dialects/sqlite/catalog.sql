SELECT CASE WHEN sql LIKE 'CREATE VIRTUAL%' THEN 'virtual table ' ELSE type || ' ' END || lower(name),
    NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND s.name <> v.name
        AND substr(s.name, 1, length(v.name) + 1) = v.name || '_')
FROM sqlite_schema s WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT 'column ' || lower(s.name) || '.' || lower(c.name) || ': ' || replace(lower(c.type), ' ', '') || CASE WHEN c."notnull" THEN ' not null' ELSE '' END
    || CASE WHEN c.hidden IN (2, 3) THEN ' generated' WHEN c.dflt_value IS NOT NULL THEN ' default' ELSE '' END,
    NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND s.name <> v.name
        AND substr(s.name, 1, length(v.name) + 1) = v.name || '_')
FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c
WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND s.sql NOT LIKE 'CREATE VIRTUAL%' AND c.hidden <> 1
UNION ALL
SELECT type || ' ' || lower(tbl_name) || '.' || lower(name) || CASE WHEN type = 'index' AND sql LIKE 'CREATE UNIQUE%' THEN ' unique' ELSE '' END, 1
FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
