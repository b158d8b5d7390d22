SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table '
    ELSE 'table ' END || n.nspname || '.' || c.relname, CASE WHEN c.relkind = 'S' THEN 0 ELSE 1 END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ': ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.atthasdef THEN ' default' WHEN a.attidentity <> '' AND NOT c.relispartition THEN ' identity' ELSE '' END,
    CASE WHEN a.attislocal THEN 1 ELSE 0 END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT CASE k.contype WHEN 'p' THEN 'primary key ' WHEN 'u' THEN 'unique constraint ' WHEN 'f' THEN 'foreign key ' WHEN 'x' THEN
    'exclusion constraint ' ELSE 'check ' END || n.nspname || '.' || c.relname || '.' || k.conname
    || CASE WHEN k.contype IN ('p', 'u', 'f') THEN ' (' || (
        SELECT string_agg(a.attname, ', ' ORDER BY x.at) FROM unnest(k.conkey) WITH ORDINALITY AS x (number, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.number) || ')' ELSE '' END
    || CASE WHEN k.contype = 'f' THEN ' references ' || (
        SELECT rn.nspname || '.' || r.relname FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
        WHERE r.oid = k.confrelid)
        || CASE k.confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'n' THEN ' on delete set null' WHEN 'd' THEN ' on delete set default'
        WHEN 'r' THEN ' on delete restrict' ELSE '' END ELSE '' END
    || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END,
    CASE WHEN k.conislocal AND k.conparentid = 0 THEN 1 ELSE 0 END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'x', 'c') AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'index ' || n.nspname || '.' || t.relname || '.' || c.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
    || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END, CASE WHEN c.relispartition THEN 0 ELSE 1 END
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'columns of index ' || n.nspname || '.' || t.relname || '.' || c.relname || ': ' || (
    SELECT string_agg(coalesce(a.attname, '?'), ', ' ORDER BY x.at) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS x (number, at)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = x.number WHERE x.at <= i.indnkeyatts), 0
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'trigger ' || n.nspname || '.' || c.relname || '.' || g.tgname, CASE WHEN c.relispartition THEN 0 ELSE 1 END
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'enum type ' || n.nspname || '.' || t.typname || ': ' || coalesce((
    SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), ''), 1
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT DISTINCT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || n.nspname || '.' || p.proname, 1
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT 'body of ' || CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || n.nspname || '.' || p.proname || ': ' || p.prosrc, 0
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'comment of ' || CASE WHEN a.attnum IS NOT NULL THEN 'column ' WHEN c.relkind = 'v' THEN 'view ' WHEN c.relkind = 'm' THEN
    'materialized view ' WHEN c.relkind = 'f' THEN 'foreign table ' WHEN c.relkind = 'S' THEN 'sequence ' ELSE 'table ' END
    || n.nspname || '.' || c.relname || coalesce('.' || a.attname, '') || ': ' || d.description, 0
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON d.classoid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE (c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') OR c.relkind = 'c' AND d.objsubid > 0) AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'default of column ' || n.nspname || '.' || c.relname || '.' || a.attname || ': ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), 0
FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attgenerated = '' AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'expression of check ' || n.nspname || '.' || c.relname || '.' || k.conname || ': ' || pg_catalog.pg_get_expr(k.conbin, k.conrelid), 0
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'query of ' || CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || n.nspname || '.' || c.relname || ': '
    || btrim(pg_catalog.pg_get_viewdef(c.oid), E' \n;'), 0
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^(pg_|information_schema$)'
