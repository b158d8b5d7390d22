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
UNION ALL
SELECT 'columns of index ' || lower(s.tbl_name) || '.' || lower(s.name) || ': ' || (
    SELECT group_concat(coalesce(lower(x.name), '?') || CASE WHEN x."desc" THEN ' desc' ELSE '' END, ', ')
    FROM (SELECT * FROM pragma_index_xinfo(s.name) WHERE key = 1 ORDER BY seqno) x), 0
FROM sqlite_schema s WHERE s.type = 'index' AND s.sql IS NOT NULL
UNION ALL
SELECT DISTINCT 'foreign key of ' || lower(s.name) || ' (' || (
    SELECT group_concat(lower(x."from"), ', ') FROM (SELECT * FROM pragma_foreign_key_list(s.name) WHERE id = f.id ORDER BY seq) x)
    || ') references ' || lower(f."table") || ' on update ' || lower(f.on_update) || ' on delete ' || lower(f.on_delete), 0
FROM sqlite_schema s JOIN pragma_foreign_key_list(s.name) f WHERE s.type = 'table'
UNION ALL
SELECT 'extent of index ' || lower(s.name) || '.' || lower(l.name) || ': ' || CASE WHEN l.partial THEN 'some rows' ELSE 'all rows' END, 0
FROM sqlite_schema s JOIN pragma_index_list(s.name) l WHERE s.type = 'table' AND l.origin = 'c'
UNION ALL
SELECT 'unique columns of ' || lower(s.name) || ': ' || (
    SELECT group_concat(lower(x.name), ', ') FROM (SELECT * FROM pragma_index_info(l.name) ORDER BY seqno) x), 0
FROM sqlite_schema s JOIN pragma_index_list(s.name) l WHERE s.type = 'table' AND l.origin = 'u'
