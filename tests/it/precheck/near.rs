//! Rows that lie close to each other: some that a patch cannot have, and some that it can.

use super::{MISFITS, Near};

const BROKEN: &str = "rows that break the new rule";
const DOUBLE: &str = "values that are there more than once";
const EXCLUDED: &str = "rows that exclude each other";
const UNBOUND: &str = "rows that are not in the bounds";
const ORPHANS: &str = "rows whose parent is missing";

pub const NEAR_POSTGRES: &[Near] = &[
    (
        (
            "CREATE TABLE t (room integer, at int4range);",
            "INSERT INTO t VALUES (1, '[1,5)'), (1, '[4,9)');",
            "CREATE EXTENSION btree_gist; CREATE TABLE t (room integer, at int4range, EXCLUDE USING gist (room WITH =, at WITH &&));",
            EXCLUDED,
        ),
        "INSERT INTO t VALUES (1, '[1,5)'), (1, '[5,9)'), (2, '[1,9)'), (NULL, '[1,9)'), (NULL, '[1,9)');",
    ),
    (
        (
            "CREATE TABLE t (at int4range, kept boolean);",
            "INSERT INTO t VALUES ('[1,5)', true), ('[4,9)', true);",
            "CREATE TABLE t (at int4range, kept boolean, EXCLUDE USING gist (at WITH &&) WHERE (kept));",
            EXCLUDED,
        ),
        "INSERT INTO t VALUES ('[1,5)', true), ('[4,9)', false), (NULL, true), (NULL, true);",
    ),
    (
        (
            "CREATE TABLE t (at text);",
            "INSERT INTO t VALUES ('[1,5)'), ('[4,9)');",
            "CREATE TABLE t (at int4range, EXCLUDE USING gist (at WITH &&));",
            EXCLUDED,
        ),
        "INSERT INTO t VALUES ('[1,5)'), ('[5,9)');",
    ),
    (
        (
            "CREATE TABLE t (a integer); CREATE TABLE kid () INHERITS (t);",
            "INSERT INTO t VALUES (2), (2);",
            "CREATE TABLE t (a integer, UNIQUE (a)); CREATE TABLE kid () INHERITS (t);",
            DOUBLE,
        ),
        "INSERT INTO t VALUES (2); INSERT INTO kid VALUES (2), (2);",
    ),
    (
        (
            "CREATE TABLE t (a integer); CREATE TABLE kid () INHERITS (t);",
            "INSERT INTO t VALUES (-2);",
            "CREATE TABLE t (a integer, CHECK (a > 0) NO INHERIT); CREATE TABLE kid () INHERITS (t);",
            BROKEN,
        ),
        "INSERT INTO kid VALUES (-2);",
    ),
    (
        (
            "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE kid () INHERITS (p); CREATE TABLE t (a integer);",
            "INSERT INTO kid VALUES (2); INSERT INTO t VALUES (2);",
            "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE kid () INHERITS (p); CREATE TABLE t (a integer REFERENCES p);",
            ORPHANS,
        ),
        "INSERT INTO p VALUES (2); INSERT INTO t VALUES (2);",
    ),
    (
        (
            "CREATE TABLE t (a text);",
            "INSERT INTO t VALUES ('A'), ('a');",
            "CREATE TABLE t (a text); CREATE UNIQUE INDEX u ON t (lower(a));",
            DOUBLE,
        ),
        "INSERT INTO t VALUES ('A'), ('b'), (NULL), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a text, b integer);",
            "INSERT INTO t VALUES (NULL, 1), (NULL, 1);",
            "CREATE TABLE t (a text, b integer, UNIQUE NULLS NOT DISTINCT (a, b));",
            DOUBLE,
        ),
        "INSERT INTO t VALUES (NULL, 1), (NULL, 2);",
    ),
    (
        ("CREATE TABLE t (a text, UNIQUE (a));", "INSERT INTO t VALUES ('1'), ('01');", "CREATE TABLE t (a integer, UNIQUE (a));", DOUBLE),
        "INSERT INTO t VALUES ('1'), ('02');",
    ),
    (
        ("CREATE TABLE t (a text);", "INSERT INTO t VALUES ('-1');", "CREATE TABLE t (a integer CHECK (a > 0));", BROKEN),
        "INSERT INTO t VALUES ('3'), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a integer);",
            "INSERT INTO t VALUES (1), (-1);",
            "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * a) STORED UNIQUE);",
            DOUBLE,
        ),
        "INSERT INTO t VALUES (1), (2);",
    ),
    (
        (
            "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer);",
            "INSERT INTO t VALUES (1);",
            "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer, b integer DEFAULT 7 REFERENCES p);",
            ORPHANS,
        ),
        "INSERT INTO p VALUES (7); INSERT INTO t VALUES (1);",
    ),
    (
        (
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (a text);",
            "INSERT INTO t VALUES ('4');",
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (a bigint REFERENCES p);",
            ORPHANS,
        ),
        "INSERT INTO p VALUES (4); INSERT INTO t VALUES ('4');",
    ),
    (
        (
            "CREATE DOMAIN d AS integer; CREATE TABLE t (a d[]);",
            "INSERT INTO t VALUES ('{-1,2}');",
            "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (a d[]);",
            BROKEN,
        ),
        "INSERT INTO t VALUES ('{1,NULL}'), (NULL);",
    ),
    (
        (
            "CREATE DOMAIN d AS integer; CREATE DOMAIN e AS d; CREATE TABLE t (a e);",
            "INSERT INTO t VALUES (-1);",
            "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE DOMAIN e AS d; CREATE TABLE t (a e);",
            BROKEN,
        ),
        "INSERT INTO t VALUES (1), (NULL);",
    ),
    (
        (
            "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0); CREATE TABLE t (a d);",
            "INSERT INTO t VALUES (5);",
            "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 10); CREATE TABLE t (a d);",
            BROKEN,
        ),
        "INSERT INTO t VALUES (50);",
    ),
    (
        (
            "CREATE DOMAIN d AS text; CREATE TABLE t (a d);",
            "INSERT INTO t VALUES ('too long');",
            "CREATE DOMAIN d AS varchar(3); CREATE TABLE t (a d);",
            MISFITS,
        ),
        "INSERT INTO t VALUES ('abc');",
    ),
    (
        (
            "CREATE TABLE t (a integer);",
            "INSERT INTO t VALUES (-5);",
            "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (a d);",
            MISFITS,
        ),
        "INSERT INTO t VALUES (5);",
    ),
    (
        (
            "CREATE TYPE m AS ENUM ('a', 'b'); CREATE DOMAIN d AS m; CREATE TABLE t (a d);",
            "INSERT INTO t VALUES ('b');",
            "CREATE TYPE m AS ENUM ('a'); CREATE DOMAIN d AS m; CREATE TABLE t (a d);",
            "rows with a label that goes",
        ),
        "INSERT INTO t VALUES ('a'), (NULL);",
    ),
    (
        (
            "CREATE TABLE e (d integer) PARTITION BY RANGE (d); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (0) TO (10);",
            "INSERT INTO e VALUES (8);",
            "CREATE TABLE e (d integer) PARTITION BY RANGE (d); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (0) TO (5);",
            UNBOUND,
        ),
        "INSERT INTO e VALUES (2);",
    ),
    (
        (
            "CREATE TABLE e (d text) PARTITION BY LIST (d); CREATE TABLE e0 PARTITION OF e FOR VALUES IN ('a'); CREATE TABLE e1 (d text);",
            "INSERT INTO e1 VALUES ('a');",
            "CREATE TABLE e (d text) PARTITION BY LIST (d); CREATE TABLE e0 PARTITION OF e FOR VALUES IN ('a'); \
             CREATE TABLE e1 PARTITION OF e DEFAULT;",
            UNBOUND,
        ),
        "INSERT INTO e1 VALUES (NULL), ('b');",
    ),
    (
        (
            "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW v AS SELECT a FROM t;",
            "INSERT INTO t VALUES (1), (1); REFRESH MATERIALIZED VIEW v;",
            "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW v AS SELECT a FROM t; CREATE UNIQUE INDEX u ON v (a);",
            DOUBLE,
        ),
        "INSERT INTO t VALUES (1), (2); REFRESH MATERIALIZED VIEW v;",
    ),
];

pub const NEAR_MARIADB: &[Near] = &[
    (
        ("CREATE TABLE t (a int);", "INSERT INTO t VALUES (-1);", "CREATE TABLE t (a int CHECK (a > 0));", BROKEN),
        "INSERT INTO t VALUES (1), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a decimal(5,1), UNIQUE KEY u (a));",
            "INSERT INTO t VALUES (1.1), (1.2);",
            "CREATE TABLE t (a int, UNIQUE KEY u (a));",
            DOUBLE,
        ),
        "INSERT INTO t VALUES (1.1), (2.2);",
    ),
    (
        (
            "CREATE TABLE t (a varchar(9) COLLATE utf8mb4_bin, UNIQUE KEY u (a));",
            "INSERT INTO t VALUES ('x'), ('X');",
            "CREATE TABLE t (a varchar(9) COLLATE utf8mb4_general_ci, UNIQUE KEY u (a));",
            DOUBLE,
        ),
        "INSERT INTO t VALUES ('x'), ('y');",
    ),
    (
        (
            "CREATE TABLE t (a int);",
            "INSERT INTO t VALUES (300);",
            "CREATE TABLE t (a int, b tinyint GENERATED ALWAYS AS (a * 1) STORED);",
            "rows for which it cannot be computed",
        ),
        "INSERT INTO t VALUES (3);",
    ),
    (
        (
            "CREATE TABLE t (a int);",
            "INSERT INTO t VALUES (30);",
            "CREATE TABLE t (a int) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));",
            "rows that no partition takes",
        ),
        "INSERT INTO t VALUES (3), (19), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a varchar(9));",
            "INSERT INTO t VALUES ('c,d');",
            "CREATE TABLE t (a varchar(9)) PARTITION BY LIST COLUMNS (a) (PARTITION p0 VALUES IN ('a', 'x,y'), PARTITION p1 VALUES IN ('b'));",
            "rows that no partition takes",
        ),
        "INSERT INTO t VALUES ('a'), ('x,y');",
    ),
    (
        (
            "CREATE TABLE t (a int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e));",
            "INSERT INTO t VALUES (1, '2024-01-01', '2024-03-01'), (1, '2024-02-01', '2024-04-01');",
            "CREATE TABLE t (a int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e), UNIQUE KEY u (a, p WITHOUT OVERLAPS));",
            EXCLUDED,
        ),
        "INSERT INTO t VALUES (1, '2024-01-01', '2024-02-01'), (1, '2024-02-01', '2024-04-01');",
    ),
    (
        (
            "CREATE TABLE t (s date NOT NULL, e date NOT NULL);",
            "INSERT INTO t VALUES ('2024-02-01', '2024-01-01');",
            "CREATE TABLE t (s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e));",
            "rows whose period ends before it begins",
        ),
        "INSERT INTO t VALUES ('2024-01-01', '2024-02-01');",
    ),
];

const UNSTRICT: &str = "values that a strict table does not take";

pub const NEAR_SQLITE: &[Near] = &[
    (
        ("CREATE TABLE t (a int);", "INSERT INTO t VALUES ('x');", "CREATE TABLE t (a int) STRICT;", UNSTRICT),
        "INSERT INTO t VALUES (1), (NULL), ('7'), (2.0);",
    ),
    (
        ("CREATE TABLE t (a varchar(9));", "INSERT INTO t VALUES (x'00');", "CREATE TABLE t (a text) STRICT;", UNSTRICT),
        "INSERT INTO t VALUES ('x'), (5), (NULL);",
    ),
    (
        ("CREATE TABLE t (a blob);", "INSERT INTO t VALUES ('x');", "CREATE TABLE t (a blob) STRICT;", UNSTRICT),
        "INSERT INTO t VALUES (x'00'), (NULL);",
    ),
    (
        ("CREATE TABLE t (a text) STRICT;", "INSERT INTO t VALUES ('x');", "CREATE TABLE t (a real) STRICT;", MISFITS),
        "INSERT INTO t VALUES ('3'), ('1.5'), (NULL);",
    ),
    (
        (
            "CREATE TABLE t (a integer, b integer);",
            "INSERT INTO t VALUES ('x', 1);",
            "CREATE TABLE t (a integer PRIMARY KEY, b integer);",
            "values that are no rowid",
        ),
        "INSERT INTO t VALUES (1, 1);",
    ),
    (
        ("CREATE TABLE t (a text UNIQUE);", "INSERT INTO t VALUES ('1'), ('1.0');", "CREATE TABLE t (a integer UNIQUE);", DOUBLE),
        "INSERT INTO t VALUES ('1'), ('2');",
    ),
    (
        (
            "CREATE TABLE t (a text);",
            "INSERT INTO t VALUES ('x'), ('X');",
            "CREATE TABLE t (a text); CREATE UNIQUE INDEX u ON t (a COLLATE NOCASE);",
            DOUBLE,
        ),
        "INSERT INTO t VALUES ('x'), ('y');",
    ),
    (
        ("CREATE TABLE t (a text);", "INSERT INTO t VALUES ('x');", "CREATE TABLE t (a integer CHECK (typeof(a) = 'integer'));", BROKEN),
        "INSERT INTO t VALUES ('2');",
    ),
];
