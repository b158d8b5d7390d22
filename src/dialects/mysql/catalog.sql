SELECT CONCAT(CASE table_type WHEN 'VIEW' THEN 'view ' WHEN 'SYSTEM VIEW' THEN 'view ' WHEN 'SEQUENCE' THEN 'sequence ' ELSE 'table ' END, table_name), 1
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'VIEW', 'SEQUENCE', 'SYSTEM VERSIONED')
UNION ALL
SELECT LEFT(CONCAT('column ', c.table_name, '.', c.column_name, ': ', CASE
    WHEN c.data_type IN ('char', 'varchar', 'binary', 'varbinary') THEN CONCAT(LOWER(c.data_type), '(', c.character_maximum_length, ')')
    WHEN c.data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') THEN CONCAT(LOWER(c.data_type), IF(c.column_type LIKE '%unsigned%', ' unsigned', ''))
    WHEN c.data_type = 'decimal' THEN CONCAT('decimal(', c.numeric_precision, ',', c.numeric_scale, ')', IF(c.column_type LIKE '%unsigned%', ' unsigned', ''))
    WHEN c.data_type IN ('datetime', 'timestamp', 'time') THEN CONCAT(LOWER(c.data_type), IF(c.datetime_precision > 0, CONCAT('(', c.datetime_precision, ')'), ''))
    WHEN c.data_type IN ('enum', 'set') THEN c.column_type
    ELSE LOWER(c.data_type) END, IF(c.is_nullable = 'NO', ' not null', ''),
    IF(c.extra LIKE '%auto_increment%', ' auto_increment', '')), 700), IF(c.generation_expression IN ('ROW START', 'ROW END'), 0, 1)
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
WHERE c.table_schema = DATABASE()
UNION ALL
SELECT CONCAT('foreign key ', k.table_name, '.', k.constraint_name, ' references ', r.referenced_table_name,
    CASE r.delete_rule WHEN 'CASCADE' THEN ' on delete cascade' WHEN 'SET NULL' THEN ' on delete set null' ELSE '' END), 1
FROM information_schema.table_constraints k
JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
    AND r.table_name = k.table_name
WHERE k.constraint_schema = DATABASE() AND k.constraint_type = 'FOREIGN KEY'
UNION ALL
SELECT CONCAT('check ', k.table_name, '.', k.constraint_name), 0
FROM information_schema.table_constraints k WHERE k.constraint_schema = DATABASE() AND k.constraint_type = 'CHECK'
UNION ALL
SELECT CONCAT(IF(s.index_name = 'PRIMARY', 'primary key ', 'index '), s.table_name, '.', s.index_name,
    IF(s.non_unique = 0 AND s.index_name <> 'PRIMARY', ' unique', '')), 1
FROM information_schema.statistics s
WHERE s.table_schema = DATABASE() GROUP BY s.table_name, s.index_name, s.non_unique
UNION ALL
SELECT CONCAT('columns of ', table_name, '.', index_name, ': ', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', ')), 0
FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name
UNION ALL
SELECT CONCAT('trigger ', event_object_table, '.', trigger_name), 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE()
UNION ALL
SELECT CONCAT(LOWER(routine_type), ' ', routine_name), 1 FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type IN ('FUNCTION', 'PROCEDURE')
UNION ALL
SELECT CONCAT('event ', event_name), 1 FROM information_schema.events WHERE event_schema = DATABASE()
UNION ALL
SELECT LEFT(CONCAT('comment of table ', table_name, ': ', table_comment), 700), 0 FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND table_comment <> ''
UNION ALL
SELECT LEFT(CONCAT('comment of column ', c.table_name, '.', c.column_name, ': ', c.column_comment), 700), 0
FROM information_schema.columns c WHERE c.table_schema = DATABASE() AND c.column_comment <> ''
