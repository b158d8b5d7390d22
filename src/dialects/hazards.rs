//! The guide to the hazards: on which engine and version each of them shows, by which statements, and the safe form there. The
//! help page, `amend explain` and the reports are made from these rows.

use crate::ir::Hazard;

/// A hazard on some engines.
pub struct Case {
    pub hazard: Hazard,
    /// The engines, by their names on the command line.
    pub engines: &'static [&'static str],
    /// The versions that it holds for, in words.
    pub versions: &'static str,
    /// The statements that show it.
    pub when: &'static str,
    /// What to do instead, or before.
    pub safe: &'static str,
    /// The section of the manual that says so.
    pub manual: &'static str,
}

const POSTGRES: &[&str] = &["postgres"];
const MYSQL: &[&str] = &["mysql"];
const MARIADB: &[&str] = &["mariadb"];
const FAMILY: &[&str] = &["mysql", "mariadb"];
const SQLITE: &[&str] = &["sqlite"];
const EVERY: &[&str] = &["postgres", "mysql", "mariadb", "sqlite"];

const ALL: &str = "all versions";

const PG_LOCKS: &str = "https://www.postgresql.org/docs/current/explicit-locking.html";
const PG_ALTER: &str = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";
const PG_INDEX: &str = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY";
const PG_TYPE: &str = "https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES";
const MY_ONLINE: &str = "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html";
const MY_COMMIT: &str = "https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html";
const MY_LOCKS: &str = "https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html";
const MA_ONLINE: &str = "https://mariadb.com/kb/en/innodb-online-ddl-overview/";
const LITE_ALTER: &str = "https://www.sqlite.org/lang_altertable.html#otheralter";
const LITE_LOCKS: &str = "https://www.sqlite.org/lockingv3.html";

const fn case(hazard: Hazard, engines: &'static [&'static str], versions: &'static str, texts: [&'static str; 3]) -> Case {
    let [when, safe, manual] = texts;
    Case { hazard, engines, versions, when, safe, manual }
}

/// Every case, by hazard.
pub const CASES: &[Case] = &[
    case(
        Hazard::Drop,
        EVERY,
        ALL,
        [
            "DROP TABLE, DROP COLUMN, DROP SEQUENCE, TRUNCATE, a type with fewer digits or less precision",
            "Deploy the code that no longer asks for it first, keep a copy of the rows, and drop later. The statement is held until --allow drop.",
            "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-COLUMN",
        ],
    ),
    case(
        Hazard::Irreversible,
        POSTGRES,
        ALL,
        [
            "ALTER TYPE … ADD VALUE: a label cannot be taken away",
            "To go back, make a type without the label, change the columns to it, and drop this one.",
            PG_TYPE,
        ],
    ),
    case(
        Hazard::MayFail,
        EVERY,
        ALL,
        [
            "NOT NULL, CHECK, UNIQUE, PRIMARY KEY, FOREIGN KEY or a narrower type over rows that are there",
            "Count the rows that break the rule before (amend playbook writes the queries), mend them, then run the script.",
            PG_ALTER,
        ],
    ),
    case(
        Hazard::NotTransactional,
        POSTGRES,
        ALL,
        [
            "CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, DETACH PARTITION CONCURRENTLY, VACUUM; ALTER TYPE … ADD \
             VALUE before version 12",
            "It stands outside of the transactions of the script. After a failure, look for an INVALID index (\\d TABLE) and drop it.",
            PG_INDEX,
        ],
    ),
    case(
        Hazard::NotTransactional,
        FAMILY,
        ALL,
        [
            "every statement that changes the schema commits, before and after itself",
            "Take a backup first; after a failure compare again, and run the new script.",
            MY_COMMIT,
        ],
    ),
    case(
        Hazard::Rewrite,
        POSTGRES,
        ALL,
        [
            "a change of type that is not to text, to a longer varchar or to a numeric with more digits; ADD COLUMN with a volatile default, \
             an identity, a stored generated column or a constrained domain; SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD; CLUSTER, \
             VACUUM FULL, TRUNCATE",
            "Add a new column, write to both, fill it in batches, and change the names (--online prints these steps). Add a column without its \
             default, set the default, then fill in batches.",
            PG_ALTER,
        ],
    ),
    case(
        Hazard::Rewrite,
        MYSQL,
        "8.0 and later",
        [
            "NOT NULL and NULL, DROP COLUMN before 8.0.29, ADD PRIMARY KEY, a new row format: rebuilt in place",
            "Writers go on (ALGORITHM=INPLACE, LOCK=NONE), but disk space for a second table is needed and replicas lag.",
            MY_ONLINE,
        ],
    ),
    case(
        Hazard::Rewrite,
        MARIADB,
        "10.3 and later",
        [
            "NULL to NOT NULL, ADD PRIMARY KEY, a new row format: rebuilt in place",
            "Writers go on (ALGORITHM=INPLACE, LOCK=NONE), but disk space for a second table is needed and replicas lag.",
            MA_ONLINE,
        ],
    ),
    case(
        Hazard::Copy,
        FAMILY,
        ALL,
        [
            "a change of a column's type, character set or generated expression, ADD CHECK, ADD FOREIGN KEY while foreign_key_checks is on, \
             a new engine or partitions, DROP PRIMARY KEY",
            "Let gh-ost or pt-online-schema-change copy the table in the background (--online prints the command), or run it when nobody writes.",
            MY_ONLINE,
        ],
    ),
    case(
        Hazard::Rebuild,
        SQLITE,
        ALL,
        [
            "every change that ALTER TABLE does not know: constraints, types, NOT NULL, defaults",
            "Stop the program that writes, copy the file, run the script with sqlite3 -bail, then PRAGMA integrity_check.",
            LITE_ALTER,
        ],
    ),
    case(
        Hazard::Scan,
        POSTGRES,
        ALL,
        [
            "SET NOT NULL, ADD CHECK, ADD FOREIGN KEY, ATTACH PARTITION over rows that are there",
            "ADD CONSTRAINT … NOT VALID, commit, then VALIDATE CONSTRAINT, which stops nobody. From version 12 SET NOT NULL reads nothing where a \
             validated CHECK (c IS NOT NULL) stands.",
            PG_ALTER,
        ],
    ),
    case(
        Hazard::Scan,
        SQLITE,
        ALL,
        [
            "ADD COLUMN with a check, or with a generated column that is NOT NULL",
            "The whole file is locked for writers as long as it takes; run it when nobody writes.",
            LITE_ALTER,
        ],
    ),
    case(
        Hazard::IndexBuild,
        POSTGRES,
        ALL,
        [
            "CREATE INDEX, ADD UNIQUE, ADD PRIMARY KEY, an exclusion constraint",
            "CREATE [UNIQUE] INDEX CONCURRENTLY outside of a transaction, then ADD CONSTRAINT … USING INDEX. An exclusion constraint has no such form.",
            PG_INDEX,
        ],
    ),
    case(
        Hazard::IndexBuild,
        FAMILY,
        ALL,
        [
            "a FULLTEXT or SPATIAL index: LOCK=SHARED at best",
            "Run it when nobody writes, or let pt-online-schema-change copy the table.",
            MY_ONLINE,
        ],
    ),
    case(
        Hazard::IndexBuild,
        SQLITE,
        ALL,
        ["CREATE INDEX", "The whole file is locked for writers as long as it takes; run it when nobody writes.", LITE_LOCKS],
    ),
    case(
        Hazard::BlocksReads,
        POSTGRES,
        ALL,
        [
            "whatever reads or writes all rows under ACCESS EXCLUSIVE: a rewrite, SET NOT NULL, ADD CHECK, ADD UNIQUE",
            "The forms that --online prints hold that lock for a moment only.",
            PG_LOCKS,
        ],
    ),
    case(
        Hazard::BlocksReads,
        SQLITE,
        ALL,
        [
            "a write to a file that is not in WAL mode: readers wait while it is committed",
            "PRAGMA journal_mode = WAL lets readers go on beside one writer.",
            LITE_LOCKS,
        ],
    ),
    case(
        Hazard::BlocksWrites,
        POSTGRES,
        ALL,
        [
            "whatever reads or writes all rows under SHARE or a stronger lock: CREATE INDEX, ADD FOREIGN KEY, a rewrite",
            "CONCURRENTLY, NOT VALID and VALIDATE: what --online prints.",
            PG_LOCKS,
        ],
    ),
    case(
        Hazard::BlocksWrites,
        FAMILY,
        ALL,
        [
            "ALGORITHM=COPY, and LOCK=SHARED",
            "Write ALGORITHM= and LOCK=NONE into the statement (--online does), so that the server refuses rather than blocks.",
            MY_ONLINE,
        ],
    ),
    case(
        Hazard::BlocksWrites,
        SQLITE,
        ALL,
        [
            "every statement that changes the file: there is one writer",
            "Stop the program that writes, or set a busy timeout in it.",
            LITE_LOCKS,
        ],
    ),
    case(
        Hazard::Lock,
        POSTGRES,
        ALL,
        [
            "nearly every ALTER TABLE and DROP: ACCESS EXCLUSIVE; CREATE TRIGGER and ADD FOREIGN KEY … NOT VALID: SHARE ROW EXCLUSIVE",
            "SET lock_timeout = '2s' before, and run the script again where that ends it.",
            PG_LOCKS,
        ],
    ),
    case(
        Hazard::Lock,
        FAMILY,
        ALL,
        [
            "every ALTER TABLE takes the metadata lock alone at its end, RENAME and DROP at once: behind an open transaction all wait",
            "SET lock_wait_timeout = 5 before, and run the script again where that ends it.",
            MY_LOCKS,
        ],
    ),
    case(
        Hazard::SecondLock,
        POSTGRES,
        ALL,
        [
            "ADD FOREIGN KEY and DROP of one (the referenced table too), DROP TABLE with foreign keys, CREATE TABLE … PARTITION OF, whatever \
             reaches the partitions of a table",
            "One foreign key per transaction, with a lock_timeout.",
            PG_LOCKS,
        ],
    ),
    case(
        Hazard::SecondLock,
        FAMILY,
        ALL,
        [
            "ADD FOREIGN KEY and DROP TABLE lock the metadata of the tables at both ends",
            "SET lock_wait_timeout = 5 before, and run the script again where that ends it.",
            MY_LOCKS,
        ],
    ),
    case(
        Hazard::Backfill,
        EVERY,
        ALL,
        [
            "UPDATE, DELETE or INSERT … SELECT over a whole table",
            "In batches of some thousand rows by the primary key, each committed (--online prints such a loop).",
            "https://www.postgresql.org/docs/current/routine-vacuuming.html",
        ],
    ),
    case(
        Hazard::EnumValue,
        POSTGRES,
        "12 and later; before, the statement must not stand in a transaction at all",
        [
            "ALTER TYPE … ADD VALUE, and a default, check or row with the label beside it",
            "Commit before the label is used: the script puts it outside of its transactions.",
            PG_TYPE,
        ],
    ),
    case(
        Hazard::Overflow,
        POSTGRES,
        ALL,
        [
            "a new serial or identity column of type smallint or integer, a sequence with a maximum that fits in integer",
            "bigint costs four bytes more and never ends.",
            "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL",
        ],
    ),
    case(
        Hazard::Overflow,
        FAMILY,
        ALL,
        [
            "a new AUTO_INCREMENT column of a type smaller than bigint",
            "bigint costs four bytes more and never ends.",
            "https://dev.mysql.com/doc/refman/8.4/en/integer-types.html",
        ],
    ),
    case(
        Hazard::Rename,
        EVERY,
        ALL,
        [
            "RENAME of a table, view, column, type or routine; SET SCHEMA",
            "Make the new name beside the old one (a view, a column that a trigger keeps equal), deploy the code, then drop the old name.",
            PG_ALTER,
        ],
    ),
];

/// The cases of a hazard.
pub fn of(hazard: Hazard) -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(move |case| case.hazard == hazard)
}
