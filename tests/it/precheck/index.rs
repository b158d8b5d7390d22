//! Rows whose entry an index of PostgreSQL cannot take, and some that it can.

use super::Near;

const UNFIT: &str = "rows that the index cannot take";
const UNFIT_RANGES: &str = "page ranges that the index cannot take";

pub const POSTGRES: &[Near] = &[
    (
        (
            "CREATE TABLE t (a text);",
            "INSERT INTO t VALUES ('seven');",
            "CREATE TABLE t (a text); CREATE INDEX i ON t ((a::integer)) WHERE a <> 'none';",
            UNFIT,
        ),
        "INSERT INTO t VALUES ('7'), ('none'), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a integer, b integer);",
            "INSERT INTO t VALUES (1, 0);",
            "CREATE TABLE t (a integer, b integer); CREATE INDEX i ON t (a) WHERE a / b > 2;",
            UNFIT,
        ),
        "INSERT INTO t VALUES (1, 1), (NULL, 3);",
    ),
    (
        (
            "CREATE TABLE t (a text);",
            "INSERT INTO t SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) AS i;",
            "CREATE TABLE t (a text); CREATE INDEX i ON t (lower(a));",
            UNFIT,
        ),
        "INSERT INTO t VALUES (repeat('x', 100000));",
    ),
    (
        (
            "CREATE TABLE t (a varchar(3000), b uuid); CREATE TABLE kid () INHERITS (t);",
            "INSERT INTO t SELECT string_agg(md5(i::text), '') FROM generate_series(1, 90) AS i;",
            "CREATE TABLE t (a varchar(3000), b uuid, UNIQUE (b) INCLUDE (a)); CREATE TABLE kid () INHERITS (t);",
            UNFIT,
        ),
        "INSERT INTO t VALUES ('x'); INSERT INTO kid SELECT string_agg(md5(i::text), '') FROM generate_series(1, 90) AS i;",
    ),
    (
        (
            "CREATE TABLE t (a text[]);",
            "INSERT INTO t SELECT ARRAY[string_agg(md5(i::text), '')] FROM generate_series(1, 200) AS i;",
            "CREATE TABLE t (a text[]); CREATE INDEX i ON t USING gin (a);",
            UNFIT,
        ),
        "INSERT INTO t SELECT array_agg(md5(i::text)) FROM generate_series(1, 2000) AS i;",
    ),
    (
        (
            "CREATE TABLE t (k integer, a bytea) PARTITION BY RANGE (k); CREATE TABLE t1 PARTITION OF t DEFAULT;",
            "INSERT INTO t SELECT 1, string_agg(sha256(i::text::bytea), '') FROM generate_series(1, 200) AS i;",
            "CREATE TABLE t (k integer, a bytea) PARTITION BY RANGE (k); CREATE TABLE t1 PARTITION OF t DEFAULT; CREATE INDEX i ON t (k, a);",
            UNFIT,
        ),
        "INSERT INTO t SELECT 1, string_agg(sha256(i::text::bytea), '') FROM generate_series(1, 70) AS i;",
    ),
    (
        (
            "CREATE TABLE t (a text); CREATE MATERIALIZED VIEW m AS SELECT a FROM t;",
            "INSERT INTO t SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) AS i; REFRESH MATERIALIZED VIEW m;",
            "CREATE TABLE t (a text); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a);",
            UNFIT,
        ),
        "INSERT INTO t VALUES (repeat('x', 100000)); REFRESH MATERIALIZED VIEW m;",
    ),
    (
        (
            "CREATE TABLE t (a text, b text); CREATE TABLE kid () INHERITS (t);",
            "INSERT INTO t SELECT 'x', string_agg(md5(i::text), '') FROM generate_series(1, 190) AS i; INSERT INTO t SELECT b, a FROM t;",
            "CREATE TABLE t (a text, b text); CREATE TABLE kid () INHERITS (t); CREATE INDEX i ON t USING brin (a, b);",
            UNFIT_RANGES,
        ),
        "INSERT INTO t SELECT 'x', string_agg(md5(i::text), '') FROM generate_series(1, 190) AS i; \
         INSERT INTO t VALUES (repeat('x', 100000), 'y'); INSERT INTO kid SELECT b || b || b, a FROM t;",
    ),
    (
        (
            "CREATE TABLE t (k integer, a text) PARTITION BY RANGE (k); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9);",
            "INSERT INTO t SELECT 1, string_agg(md5(i::text), '') FROM generate_series(1, 500) AS i;",
            "CREATE TABLE t (k integer, a text) PARTITION BY RANGE (k); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9); \
             CREATE INDEX i ON t USING brin (a) WITH (pages_per_range = 4) WHERE k = 1;",
            UNFIT_RANGES,
        ),
        "INSERT INTO t VALUES (1, 'a'), (1, 'z'); INSERT INTO t SELECT 2, string_agg(md5(i::text), '') FROM generate_series(1, 500) AS i;",
    ),
    (
        (
            "CREATE TABLE t (a integer, b integer);",
            "INSERT INTO t VALUES (1, 1), (1, 0);",
            "CREATE TABLE t (a integer, b integer); CREATE INDEX i ON t USING brin ((a / b));",
            UNFIT_RANGES,
        ),
        "INSERT INTO t VALUES (1, 1), (NULL, 3);",
    ),
];
