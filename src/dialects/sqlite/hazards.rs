//! The hazards of SQLite: the statements that show each, and the safe form.

use crate::dialects::hazards::{ALL, Case, case};
use crate::ir::Hazard;

const ENGINES: &[&str] = &["sqlite"];

const LITE_LANGUAGE: &str = "https://www.sqlite.org/lang.html";
const LITE_ALTER: &str = "https://www.sqlite.org/lang_altertable.html#otheralter";
const LITE_DROP: &str = "https://www.sqlite.org/lang_altertable.html#altertabdropcol";
const LITE_LOCKS: &str = "https://www.sqlite.org/lockingv3.html";
const LITE_UNIQUE: &str = "https://www.sqlite.org/lang_createindex.html#unique_indexes";
const LITE_RENAME: &str = "https://www.sqlite.org/lang_altertable.html#altertabrename";

/// Every case, by hazard.
pub const CASES: &[Case] = &[
    case(
        Hazard::Drop,
        (ENGINES, ALL),
        &["DROP TABLE", "DROP COLUMN", "DELETE"],
        [
            "Deploy the code that no longer asks for it first, keep a copy of the rows, and drop later. The statement is held until --allow drop.",
            LITE_DROP,
        ],
    ),
    case(
        Hazard::MayFail,
        (ENGINES, ALL),
        &[
            "CREATE UNIQUE INDEX",
            "an index over an expression that not every value has",
            "ADD COLUMN with a check",
            "ADD COLUMN … GENERATED … NOT NULL",
            "ALTER COLUMN … SET NOT NULL of a patch",
        ],
        ["Count the rows that break the rule before (amend playbook writes the queries), mend them, then run the script.", LITE_UNIQUE],
    ),
    case(
        Hazard::NotKnown,
        (ENGINES, ALL),
        &["a statement of a patch that is not understood (--allow unmodelled)"],
        ["Read the page of the statement, and run it on a copy of the file before.", LITE_LANGUAGE],
    ),
    case(
        Hazard::Rewrite,
        (ENGINES, ALL),
        &["DROP COLUMN", "a table made anew"],
        [
            "The whole file is locked for writers as long as it takes; run it when nobody writes. With PRAGMA journal_mode = WAL readers go on.",
            LITE_DROP,
        ],
    ),
    case(
        Hazard::Rebuild,
        (ENGINES, ALL),
        &["another constraint", "another type", "NOT NULL", "another default"],
        ["Stop the program that writes, copy the file, run the script with sqlite3 -bail, then PRAGMA integrity_check.", LITE_ALTER],
    ),
    case(
        Hazard::Scan,
        (ENGINES, ALL),
        &[
            "ADD COLUMN with a check",
            "ADD COLUMN … GENERATED … NOT NULL",
            "ALTER COLUMN … SET NOT NULL of a patch",
            "a table made anew: its rows go over",
        ],
        ["The whole file is locked for writers as long as it takes; run it when nobody writes.", LITE_ALTER],
    ),
    case(
        Hazard::IndexBuild,
        (ENGINES, ALL),
        &["CREATE INDEX"],
        ["The whole file is locked for writers as long as it takes; run it when nobody writes.", LITE_LOCKS],
    ),
    case(
        Hazard::BlocksWrites,
        (ENGINES, ALL),
        &["every statement that reads or writes the rows: there is one writer"],
        ["Stop the program that writes, or set a busy timeout in it.", LITE_LOCKS],
    ),
    case(
        Hazard::Lock,
        (ENGINES, ALL),
        &[
            "ALTER TABLE that leaves the rows alone",
            "DROP TABLE",
            "CREATE TRIGGER: nobody else writes to the file until the transaction ends",
        ],
        ["Stop the program that writes, or set a busy timeout in it.", LITE_LOCKS],
    ),
    case(
        Hazard::Backfill,
        (ENGINES, ALL),
        &["UPDATE of a whole table", "DELETE", "INSERT … SELECT"],
        ["In batches of some thousand rows by rowid, each in a transaction of its own; or when nobody writes.", LITE_LOCKS],
    ),
    case(
        Hazard::Rename,
        (ENGINES, ALL),
        &["RENAME of a table", "RENAME of a column"],
        [
            "Make the new name beside the old one (a view, a column that a trigger keeps equal), deploy the code, then drop the old name.",
            LITE_RENAME,
        ],
    ),
];
