SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table '
    WHEN 'c' THEN 'composite type ' ELSE 'table ' END || n.nspname || '.' || c.relname, CASE WHEN c.relkind = 'S' AND EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')) THEN 0 ELSE 1 END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ': ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.atthasdef THEN ' default' WHEN a.attidentity <> '' AND NOT c.relispartition
    THEN ' identity ' || CASE a.attidentity WHEN 'a' THEN 'always' ELSE 'by default' END ELSE '' END,
    CASE WHEN a.attislocal THEN 1 ELSE 0 END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^(pg_|information_schema$)'
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
    SELECT string_agg(coalesce(a.attname, '?') || CASE WHEN i.indoption[x.at - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY x.at) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS x (number, at)
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
UNION ALL
SELECT x.label || ' of table ' || n.nspname || '.' || c.relname || ': ' || x.value, 0
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
LEFT JOIN pg_catalog.pg_class w ON w.oid = i.inhparent LEFT JOIN pg_catalog.pg_namespace m ON m.oid = w.relnamespace
CROSS JOIN LATERAL (VALUES
    ('row-level security', CASE WHEN c.relrowsecurity THEN 'on' ELSE 'off' END || CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END),
    ('whole', coalesce(m.nspname || '.' || w.relname, 'none')),
    ('partition bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid)),
    ('options', coalesce((SELECT string_agg(o.option, ', ' ORDER BY o.option COLLATE "C") FROM unnest(c.reloptions) AS o (option)), 'none')),
    ('persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END)) AS x (label, value)
WHERE c.relkind IN ('r', 'p') AND x.value IS NOT NULL AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of trigger ' || n.nspname || '.' || c.relname || '.' || g.tgname || ': ' || x.value, 0
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('turn', CASE WHEN g.tgtype & 2 <> 0 THEN 'before ' WHEN g.tgtype & 64 <> 0 THEN 'instead of ' ELSE 'after ' END
        || concat_ws(' or ', CASE WHEN g.tgtype & 8 <> 0 THEN 'delete' END, CASE WHEN g.tgtype & 4 <> 0 THEN 'insert' END,
        CASE WHEN g.tgtype & 32 <> 0 THEN 'truncate' END, CASE WHEN g.tgtype & 16 <> 0 THEN 'update' END)
        || CASE WHEN g.tgtype & 1 <> 0 THEN ' row' ELSE ' statement' END),
    ('state', CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'enabled' END)) AS x (label, value)
WHERE NOT g.tgisinternal AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'policy ' || n.nspname || '.' || c.relname || '.' || p.polname, 1
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of policy ' || n.nspname || '.' || c.relname || '.' || p.polname || ': ' || x.value, 0
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('reach', CASE WHEN p.polpermissive THEN 'permissive ' ELSE 'restrictive ' END || CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert'
        WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END || ' to ' || (SELECT string_agg(coalesce(r.rolname, 'public'), ', '
        ORDER BY coalesce(r.rolname, 'public') COLLATE "C") FROM unnest(p.polroles) AS o (role) LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.role)),
    ('using', pg_catalog.pg_get_expr(p.polqual, p.polrelid)),
    ('with check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))) AS x (label, value)
WHERE x.value IS NOT NULL AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'rule ' || n.nspname || '.' || c.relname || '.' || r.rulename, 1
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'statistics object ' || n.nspname || '.' || s.stxname, 1
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of sequence ' || n.nspname || '.' || c.relname || ': ' || x.value, 0
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END) AS t (most)
CROSS JOIN LATERAL (VALUES
    ('type', CASE WHEN NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
        AND d.deptype = 'i') THEN pg_catalog.format_type(s.seqtypid, NULL) END), ('increment', s.seqincrement::text), ('cache', s.seqcache::text), ('cycle', CASE WHEN s.seqcycle THEN 'yes' ELSE 'no' END),
    ('start', CASE WHEN s.seqstart = CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN 'default' ELSE s.seqstart::text END),
    ('minimum', CASE WHEN s.seqmin = CASE WHEN s.seqincrement > 0 THEN 1 ELSE -t.most - 1 END THEN 'default' ELSE s.seqmin::text END),
    ('maximum', CASE WHEN s.seqmax = CASE WHEN s.seqincrement > 0 THEN t.most ELSE -1 END THEN 'default' ELSE s.seqmax::text END)) AS x (label, value)
WHERE x.value IS NOT NULL AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of foreign key ' || n.nspname || '.' || c.relname || '.' || k.conname || ': ' || x.value, 0
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('on update', CASE k.confupdtype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' WHEN 'r' THEN 'restrict' ELSE 'no action' END),
    ('check time', CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'deferrable' ELSE 'at once' END),
    ('referenced columns', (SELECT string_agg(a.attname, ', ' ORDER BY x.at) FROM unnest(k.confkey) WITH ORDINALITY AS x (number, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.number))) AS x (label, value)
WHERE k.contype = 'f' AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of index ' || n.nspname || '.' || t.relname || '.' || c.relname || ': ' || x.value, 0
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace JOIN pg_catalog.pg_am m ON m.oid = c.relam
CROSS JOIN LATERAL (VALUES
    ('method', m.amname::text), ('extent', CASE WHEN i.indpred IS NULL THEN 'all rows' ELSE 'some rows' END),
    ('predicate', regexp_replace(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '^\((.*)\)$', '\1')),
    ('included columns', coalesce((SELECT string_agg(a.attname, ', ' ORDER BY y.at) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS y (number, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = y.number WHERE y.at > i.indnkeyatts), 'none'))) AS x (label, value)
WHERE x.value IS NOT NULL AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT x.label || ' of ' || CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || n.nspname || '.' || p.proname || ': ' || x.value, 0
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (VALUES ('security', CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END),
    ('volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END),
    ('call on null', CASE WHEN p.proisstrict THEN 'no' ELSE 'yes' END)) AS x (label, value)
WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'domain ' || n.nspname || '.' || t.typname || ': ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
    || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END, 1
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'd' AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT x.fact, x.own
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
CROSS JOIN LATERAL (VALUES
    ('check ' || n.nspname || '.' || t.typname || '.' || k.conname || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END, 1),
    ('expression of check ' || n.nspname || '.' || t.typname || '.' || k.conname || ': ' || pg_catalog.pg_get_expr(k.conbin, 0), 0)) AS x (fact, own)
WHERE k.contype = 'c' AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'generation expression of column ' || n.nspname || '.' || c.relname || '.' || a.attname || ': ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), 0
FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attgenerated <> '' AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'routines called ' || n.nspname || '.' || p.proname || ': ' || count(*), 0
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
GROUP BY n.nspname, p.proname
