-- How many rows each table has of its own: those of partitions and children are theirs.
CREATE FUNCTION pg_temp.rows_of(relation regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_rows bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ONLY %s', relation) INTO found_rows;
    RETURN found_rows;
END
$$;
SELECT c.oid::regclass::text, pg_temp.rows_of(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY 1;
