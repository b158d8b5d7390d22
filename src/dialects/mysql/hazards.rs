//! The hazards of MySQL and MariaDB: the statements that show each, and the safe form.

use crate::dialects::hazards::{ALL, Case, case};
use crate::ir::Hazard;

const ENGINES: &[&str] = &["mysql", "mariadb"];
const MYSQL: &[&str] = &["mysql"];
const MARIADB: &[&str] = &["mariadb"];

const MY_ONLINE: &str = "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html";
const MY_COMMIT: &str = "https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html";
const MY_LOCKS: &str = "https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html";
const MA_ONLINE: &str = "https://mariadb.com/kb/en/innodb-online-ddl-overview/";
const MY_ALTER: &str = "https://dev.mysql.com/doc/refman/8.4/en/alter-table.html";
const MY_MODE: &str = "https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict";
const MA_SEQUENCES: &str = "https://mariadb.com/kb/en/drop-sequence/";
const MA_VERSIONING: &str = "https://mariadb.com/kb/en/system-versioned-tables/";
const MY_ROWS: &str = "https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html";

/// Every case, by hazard.
pub const CASES: &[Case] = &[
    case(
        Hazard::Drop,
        (ENGINES, ALL),
        &["DROP TABLE", "DROP COLUMN", "DROP PARTITION", "TRUNCATE", "DELETE", "a type with fewer digits or less precision"],
        [
            "Deploy the code that no longer asks for it first, keep a copy of the rows, and drop later. The statement is held until --allow drop.",
            MY_ALTER,
        ],
    ),
    case(
        Hazard::Drop,
        (MARIADB, ALL),
        &["DROP SEQUENCE"],
        [
            "Deploy the code that no longer asks for it first, note its next number, and drop later. The statement is held until --allow drop.",
            MA_SEQUENCES,
        ],
    ),
    case(
        Hazard::Drop,
        (MARIADB, ALL),
        &["DROP SYSTEM VERSIONING"],
        [
            "The rows of the past go: keep a copy (SELECT … FOR SYSTEM_TIME ALL, with ROW_START and ROW_END). The statement is held until \
             --allow drop.",
            MA_VERSIONING,
        ],
    ),
    case(
        Hazard::MayFail,
        (ENGINES, ALL),
        &["NOT NULL", "ADD CHECK", "ADD UNIQUE", "ADD PRIMARY KEY", "ADD FOREIGN KEY", "a narrower type", "another character set"],
        ["Count the rows that break the rule before (amend playbook writes the queries), mend them, then run the script.", MY_MODE],
    ),
    case(
        Hazard::NotTransactional,
        (ENGINES, ALL),
        &["every statement that changes the schema commits, before and after itself"],
        ["Take a backup first; after a failure compare again, and run the new script.", MY_COMMIT],
    ),
    case(
        Hazard::NotKnown,
        (ENGINES, ALL),
        &[
            "an ALTER TABLE whose form no table here names: IMPORT TABLESPACE",
            "a statement of a patch that is not understood (--allow unmodelled)",
        ],
        ["Read the manual of your server on it, and run it on a copy before.", MY_ALTER],
    ),
    case(
        Hazard::Rewrite,
        (MYSQL, "8.0 and later"),
        &["NOT NULL and NULL", "DROP COLUMN before 8.0.29", "ADD PRIMARY KEY", "a new row format", "OPTIMIZE, FORCE: rebuilt in place"],
        ["Writers go on (ALGORITHM=INPLACE, LOCK=NONE), but disk space for a second table is needed and replicas lag.", MY_ONLINE],
    ),
    case(
        Hazard::Rewrite,
        (MARIADB, "10.3 and later"),
        &["NULL to NOT NULL", "ADD PRIMARY KEY", "a new row format", "ALTER TABLE … FORCE", "ADD COLUMN … AUTO_INCREMENT"],
        ["Writers go on (ALGORITHM=INPLACE, LOCK=NONE), but disk space for a second table is needed and replicas lag.", MA_ONLINE],
    ),
    case(
        Hazard::Copy,
        (ENGINES, ALL),
        &[
            "a change of a column's type",
            "another character set",
            "a change of a generated expression",
            "ADD CHECK",
            "ADD FOREIGN KEY while foreign_key_checks is on",
            "a new engine",
            "new partitions",
            "DROP PRIMARY KEY",
        ],
        [
            "Let gh-ost or pt-online-schema-change copy the table in the background (--online prints the command), or run it when nobody writes.",
            MY_ONLINE,
        ],
    ),
    case(
        Hazard::IndexBuild,
        (ENGINES, ALL),
        &["a second FULLTEXT index", "a SPATIAL index: LOCK=SHARED at best"],
        ["Run it when nobody writes, or let pt-online-schema-change copy the table.", MY_ONLINE],
    ),
    case(
        Hazard::BlocksWrites,
        (ENGINES, ALL),
        &["ALGORITHM=COPY", "LOCK=SHARED"],
        ["Write ALGORITHM= and LOCK=NONE into the statement (--online does), so that the server refuses rather than blocks.", MY_ONLINE],
    ),
    case(
        Hazard::Lock,
        (ENGINES, ALL),
        &["every ALTER TABLE takes the metadata lock alone at its end", "RENAME and DROP at once: behind an open transaction all wait"],
        ["SET lock_wait_timeout = 5 before, and run the script again where that ends it.", MY_LOCKS],
    ),
    case(
        Hazard::SecondLock,
        (ENGINES, ALL),
        &["ADD FOREIGN KEY", "DROP TABLE with foreign keys: the metadata of the tables at both ends"],
        ["SET lock_wait_timeout = 5 before, and run the script again where that ends it.", MY_LOCKS],
    ),
    case(
        Hazard::Backfill,
        (ENGINES, ALL),
        &["UPDATE of a whole table", "DELETE", "INSERT … SELECT"],
        ["In batches of some thousand rows by the primary key, each committed (pt-archiver, or a loop of your own with LIMIT).", MY_ROWS],
    ),
    case(
        Hazard::Overflow,
        (ENGINES, ALL),
        &["a new AUTO_INCREMENT column of a type smaller than bigint"],
        ["bigint costs four bytes more and never ends.", "https://dev.mysql.com/doc/refman/8.4/en/integer-types.html"],
    ),
    case(
        Hazard::Rename,
        (ENGINES, ALL),
        &["RENAME of a table", "RENAME of a column"],
        [
            "Make the new name beside the old one (a view, a column that a trigger keeps equal), deploy the code, then drop the old name.",
            MY_ALTER,
        ],
    ),
];
