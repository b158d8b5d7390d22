//! The hazards of PostgreSQL: the statements that show each, and the safe form.

use crate::dialects::hazards::{ALL, Case, case};
use crate::ir::Hazard;

const ENGINES: &[&str] = &["postgres"];

const PG_LOCKS: &str = "https://www.postgresql.org/docs/current/explicit-locking.html";
const PG_ALTER: &str = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";
const PG_INDEX: &str = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY";
const PG_TYPE: &str = "https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES";

/// Every case, by hazard.
pub const CASES: &[Case] = &[
    case(
        Hazard::Drop,
        (ENGINES, ALL),
        &["DROP TABLE", "DROP COLUMN", "DROP SEQUENCE", "TRUNCATE", "DELETE", "a type with fewer digits or less precision"],
        [
            "Deploy the code that no longer asks for it first, keep a copy of the rows, and drop later. The statement is held until --allow drop.",
            "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-COLUMN",
        ],
    ),
    case(
        Hazard::Irreversible,
        (ENGINES, ALL),
        &["ALTER TYPE … ADD VALUE: a label cannot be taken away"],
        ["To go back, make a type without the label, change the columns to it, and drop this one.", PG_TYPE],
    ),
    case(
        Hazard::MayFail,
        (ENGINES, ALL),
        &[
            "SET NOT NULL",
            "ADD COLUMN … NOT NULL without a default",
            "ADD CHECK",
            "ADD UNIQUE",
            "ADD PRIMARY KEY",
            "ADD FOREIGN KEY",
            "EXCLUDE",
            "CREATE UNIQUE INDEX",
            "an index over an expression that not every value has",
            "VALIDATE CONSTRAINT",
            "a narrower type",
            "a constraint of a domain",
            "ATTACH PARTITION",
            "CREATE TABLE … PARTITION OF beside a default partition",
        ],
        ["Count the rows that break the rule before (amend playbook writes the queries), mend them, then run the script.", PG_ALTER],
    ),
    case(
        Hazard::NotTransactional,
        (ENGINES, ALL),
        &[
            "CREATE INDEX CONCURRENTLY",
            "DROP INDEX CONCURRENTLY",
            "REINDEX CONCURRENTLY",
            "DETACH PARTITION CONCURRENTLY",
            "VACUUM",
            "ALTER TYPE … ADD VALUE before version 12",
        ],
        [
            "It stands outside of the transactions of the script. After a failure, look for an INVALID index (\\d TABLE) and drop it.",
            PG_INDEX,
        ],
    ),
    case(
        Hazard::NotKnown,
        (ENGINES, ALL),
        &["a statement of a patch that is not understood (--allow unmodelled)"],
        ["Read the manual of your server on it, and run it on a copy with a lock_timeout before.", PG_LOCKS],
    ),
    case(
        Hazard::Rewrite,
        (ENGINES, ALL),
        &[
            "a change of type that is not to text, to a longer varchar or to a numeric with more digits",
            "ADD COLUMN with a volatile default",
            "ADD COLUMN … IDENTITY",
            "ADD COLUMN … STORED",
            "ADD COLUMN of a constrained domain",
            "SET EXPRESSION",
            "SET UNLOGGED",
            "SET LOGGED",
            "SET TABLESPACE",
            "SET ACCESS METHOD",
            "CLUSTER",
            "VACUUM FULL",
            "TRUNCATE",
            "REFRESH MATERIALIZED VIEW",
        ],
        [
            "Add a new column, write to both, fill it in batches, and change the names (--online prints these steps). Add a column without its \
             default, set the default, then fill in batches.",
            PG_ALTER,
        ],
    ),
    case(
        Hazard::Scan,
        (ENGINES, ALL),
        &["SET NOT NULL", "ADD CHECK", "ADD FOREIGN KEY", "ATTACH PARTITION", "a constraint of a domain"],
        [
            "ADD CONSTRAINT … NOT VALID, commit, then VALIDATE CONSTRAINT, which stops nobody. From version 12 SET NOT NULL reads nothing where a \
             validated CHECK (c IS NOT NULL) stands.",
            PG_ALTER,
        ],
    ),
    case(
        Hazard::IndexBuild,
        (ENGINES, ALL),
        &["CREATE INDEX", "ADD UNIQUE", "ADD PRIMARY KEY", "an exclusion constraint", "REINDEX"],
        [
            "CREATE [UNIQUE] INDEX CONCURRENTLY outside of a transaction, then ADD CONSTRAINT … USING INDEX. An exclusion constraint has no such form.",
            PG_INDEX,
        ],
    ),
    case(
        Hazard::BlocksReads,
        (ENGINES, ALL),
        &["a rewrite", "SET NOT NULL", "ADD CHECK", "ADD UNIQUE: whatever reads or writes all rows under ACCESS EXCLUSIVE"],
        ["The forms that --online prints hold that lock for a moment only.", PG_LOCKS],
    ),
    case(
        Hazard::BlocksWrites,
        (ENGINES, ALL),
        &["CREATE INDEX", "ADD FOREIGN KEY", "a rewrite: whatever reads or writes all rows under SHARE or a stronger lock"],
        ["CONCURRENTLY, NOT VALID and VALIDATE: what --online prints.", PG_LOCKS],
    ),
    case(
        Hazard::KeptLock,
        (ENGINES, ALL),
        &["a strong lock, and then in the same transaction a scan, an index, a rewrite or a backfill that does not need it"],
        ["A transaction for each table, the work without strong locks outside: --online cuts the script so.", PG_LOCKS],
    ),
    case(
        Hazard::Lock,
        (ENGINES, ALL),
        &[
            "nearly every ALTER TABLE: ACCESS EXCLUSIVE",
            "DROP INDEX",
            "CREATE TRIGGER: SHARE ROW EXCLUSIVE",
            "ADD FOREIGN KEY … NOT VALID: SHARE ROW EXCLUSIVE",
        ],
        ["SET lock_timeout = '2s' before, and run the script again where that ends it.", PG_LOCKS],
    ),
    case(
        Hazard::SecondLock,
        (ENGINES, ALL),
        &[
            "ADD FOREIGN KEY: the referenced table too",
            "DROP of a foreign key",
            "DROP TABLE with foreign keys",
            "CREATE TABLE … PARTITION OF",
            "whatever reaches the partitions of a table",
        ],
        ["One foreign key per transaction, with a lock_timeout.", PG_LOCKS],
    ),
    case(
        Hazard::Backfill,
        (ENGINES, ALL),
        &["UPDATE of a whole table", "DELETE", "INSERT … SELECT"],
        [
            "In batches of some thousand rows by the primary key, each committed (--online prints such a loop).",
            "https://www.postgresql.org/docs/current/routine-vacuuming.html",
        ],
    ),
    case(
        Hazard::EnumValue,
        (ENGINES, "12 and later; before, the statement must not stand in a transaction at all"),
        &["ALTER TYPE … ADD VALUE, and a default, check or row with the label beside it"],
        ["Commit before the label is used: the script puts it outside of its transactions.", PG_TYPE],
    ),
    case(
        Hazard::Overflow,
        (ENGINES, ALL),
        &[
            "a new serial column of type smallint or integer",
            "a new identity column of type smallint or integer",
            "an identity column that becomes one of them",
        ],
        ["bigint costs four bytes more and never ends.", "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL"],
    ),
    case(
        Hazard::Rename,
        (ENGINES, ALL),
        &[
            "RENAME of a table",
            "RENAME of a column",
            "RENAME of a view",
            "RENAME of a type",
            "RENAME of a label",
            "RENAME of a routine",
            "SET SCHEMA",
        ],
        [
            "Make the new name beside the old one (a view, a column that a trigger keeps equal), deploy the code, then drop the old name.",
            PG_ALTER,
        ],
    ),
];
