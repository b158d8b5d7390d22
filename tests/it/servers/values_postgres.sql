-- How many rows of its own each table has, and in how many of them each column has a value.
CREATE FUNCTION pg_temp.values_of(relation regclass, what text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_values bigint;
BEGIN
    EXECUTE format('SELECT count(%s) FROM ONLY %s', what, relation) INTO found_values;
    RETURN found_values;
END
$$;
SELECT c.oid::regclass || what.suffix, pg_temp.values_of(c.oid, what.counted)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT '' AS suffix, '*' AS counted
    UNION ALL
    SELECT '.' || a.attname, quote_ident(a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) what
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY 1;
