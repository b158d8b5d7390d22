//! By which algorithm MySQL and MariaDB change a table, version by version: each row has the section of the manual that says so, and
//! what stands there is compared with what the program says. docs/algorithms.md is made from these rows.

use std::fmt::Write as _;
use std::path::Path;

use amend::base::Version;
use amend::ir::{Impact, Stops, Work};

use super::project;
use super::verdicts::weighed;

const SETUP: &str = "CREATE TABLE o (id int NOT NULL PRIMARY KEY);\n\
    CREATE TABLE t (id int NOT NULL PRIMARY KEY, n int, m int NOT NULL, s varchar(20), w varchar(60), x text, p point NOT NULL, \
    e enum('a', 'b'), f set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), u varchar(20) CHARACTER SET utf8mb3, o int, \
    st int GENERATED ALWAYS AS (id + 1) STORED, vi int GENERATED ALWAYS AS (id + 2) VIRTUAL, \
    KEY t_n (n), CONSTRAINT t_c CHECK (n > 0), KEY t_o (o), CONSTRAINT t_o FOREIGN KEY (o) REFERENCES o (id)) \
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\
    CREATE TABLE k (a int NOT NULL, b int) ENGINE=InnoDB;\n\
    CREATE TABLE b (id int NOT NULL PRIMARY KEY, n int NOT NULL, s varchar(200) CHARACTER SET latin1) ENGINE=InnoDB ROW_FORMAT=REDUNDANT;\n\
    CREATE TABLE c (id int NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB ROW_FORMAT=COMPRESSED;\n\
    CREATE TABLE q (id int NOT NULL PRIMARY KEY, x text, FULLTEXT KEY q_x (x)) ENGINE=InnoDB;\n\
    CREATE TABLE r (id int NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (9));\n\
    CREATE TABLE h (id int NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 4;\n";

struct Engine {
    dialect: &'static str,
    /// The versions of the columns.
    versions: &'static [Version],
    manual: &'static str,
    /// The columns whose words were taken from the manual, for the rows of `ROWS`.
    said: [usize; 2],
}

const ENGINES: [Engine; 2] = [
    Engine {
        dialect: "mysql",
        versions: &[
            Version::new(5, 7, 44),
            Version::new(8, 0, 11),
            Version::new(8, 0, 12),
            Version::new(8, 0, 28),
            Version::new(8, 0, 29),
            Version::new(8, 4, 0),
            Version::new(9, 7, 0),
        ],
        manual: "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#",
        said: [0, 5],
    },
    Engine {
        dialect: "mariadb",
        versions: &[
            Version::new(10, 2, 44),
            Version::new(10, 3, 7),
            Version::new(10, 4, 3),
            Version::new(10, 5, 0),
            Version::new(10, 11, 0),
            Version::new(11, 8, 0),
        ],
        manual: "https://mariadb.com/kb/en/",
        said: [4, 4],
    },
];

const INSTANT: &str = "innodb-online-ddl-operations-with-the-instant-alter-algorithm/";
const NOCOPY: &str = "innodb-online-ddl-operations-with-the-nocopy-alter-algorithm/";
const INPLACE: &str = "innodb-online-ddl-operations-with-the-inplace-alter-algorithm/";
const ALTER: &str = "alter-table/";

const INDEX: &str = "online-ddl-index-operations";
const PRIMARY: &str = "online-ddl-primary-key-operations";
const COLUMN: &str = "online-ddl-column-operations";
const COMPUTED: &str = "online-ddl-generated-column-operations";
const FOREIGN: &str = "online-ddl-foreign-key-operations";
const TABLE: &str = "online-ddl-table-operations";
const PIECES: &str = "online-ddl-partitioning";

/// One operation: its name in MySQL's manual and a statement; then the section of MySQL's manual and what it says for 5.7 and for
/// 8.4; then the page of MariaDB's and what it says. An empty word: the manual does not say, or the engine does not know the statement.
type Row = (&'static str, &'static str, (&'static str, &'static str, &'static str), (&'static str, &'static str));

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("Adding a secondary index", "ALTER TABLE t ADD INDEX t_s (s)", (INDEX, "in place", "in place"), (NOCOPY, "in place")),
    ("Dropping an index", "ALTER TABLE t DROP INDEX t_n", (INDEX, "in place", "in place"), (NOCOPY, "in place")),
    ("Renaming an index", "ALTER TABLE t RENAME INDEX t_n TO t_m", (INDEX, "in place", "in place"), (INSTANT, "instant")),
    ("Adding the first FULLTEXT index", "ALTER TABLE t ADD FULLTEXT INDEX t_x (x)", (INDEX, "rebuild, no writes", "rebuild, no writes"), (INPLACE, "rebuild, no writes")),
    ("Adding another FULLTEXT index", "ALTER TABLE q ADD FULLTEXT INDEX q_y (x)", (INDEX, "in place, no writes", "in place, no writes"), (NOCOPY, "in place, no writes")),
    ("Adding a SPATIAL index", "ALTER TABLE t ADD SPATIAL INDEX t_p (p)", (INDEX, "in place, no writes", "in place, no writes"), (NOCOPY, "in place, no writes")),
    ("Adding a primary key", "ALTER TABLE k ADD PRIMARY KEY (a)", (PRIMARY, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Dropping a primary key", "ALTER TABLE h DROP PRIMARY KEY", (PRIMARY, "copy", "copy"), (INPLACE, "copy")),
    ("Dropping a primary key and adding another", "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, m)", (PRIMARY, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Adding a column at the end", "ALTER TABLE k ADD COLUMN z int", (COLUMN, "rebuild", "instant"), (INSTANT, "instant")),
    ("Adding a column elsewhere", "ALTER TABLE k ADD COLUMN z int FIRST", (COLUMN, "rebuild", "instant"), (INSTANT, "instant")),
    ("Adding a column, ROW_FORMAT=COMPRESSED", "ALTER TABLE c ADD COLUMN z int", (COLUMN, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Adding an AUTO_INCREMENT column", "ALTER TABLE k ADD COLUMN z bigint NOT NULL AUTO_INCREMENT UNIQUE", (COLUMN, "rebuild, no writes", "rebuild, no writes"), (INPLACE, "rebuild, no writes")),
    ("Dropping a column", "ALTER TABLE k DROP COLUMN b", (COLUMN, "rebuild", "instant"), (INSTANT, "instant")),
    ("Renaming a column", "ALTER TABLE t RENAME COLUMN s TO z", (COLUMN, "in place", "instant"), (INSTANT, "instant")),
    ("Renaming a column that another table refers to", "ALTER TABLE o RENAME COLUMN id TO z", (COLUMN, "in place", "in place"), (INSTANT, "instant")),
    ("Reordering columns", "ALTER TABLE k MODIFY COLUMN b int FIRST", (COLUMN, "rebuild", "rebuild"), (INSTANT, "instant")),
    ("Setting a column default value", "ALTER TABLE t ALTER COLUMN n SET DEFAULT 4", (COLUMN, "in place", "instant"), (INSTANT, "instant")),
    ("Dropping the column default value", "ALTER TABLE t ALTER COLUMN m DROP DEFAULT", (COLUMN, "in place", "instant"), (INSTANT, "instant")),
    ("Changing the column data type", "ALTER TABLE t MODIFY COLUMN n bigint", (COLUMN, "copy", "copy"), (INPLACE, "copy")),
    ("Extending VARCHAR within 255 bytes", "ALTER TABLE t MODIFY COLUMN s varchar(40)", (COLUMN, "in place", "in place"), (INSTANT, "instant")),
    ("Extending VARCHAR from 127 bytes or less beyond 255", "ALTER TABLE t MODIFY COLUMN s varchar(90)", (COLUMN, "copy", "copy"), (INSTANT, "instant")),
    ("Extending VARCHAR from 128 bytes or more beyond 255", "ALTER TABLE t MODIFY COLUMN w varchar(90)", (COLUMN, "copy", "copy"), (INSTANT, "copy")),
    ("Extending VARCHAR, ROW_FORMAT=REDUNDANT", "ALTER TABLE b MODIFY COLUMN s varchar(300) CHARACTER SET latin1", (COLUMN, "copy", "copy"), (INSTANT, "instant")),
    ("Shortening VARCHAR", "ALTER TABLE t MODIFY COLUMN s varchar(10)", (COLUMN, "copy", "copy"), (INPLACE, "copy")),
    ("Changing the auto-increment value", "ALTER TABLE k AUTO_INCREMENT=50", (COLUMN, "in place", "in place"), (INSTANT, "instant")),
    ("Making a column NULL", "ALTER TABLE t MODIFY COLUMN m int", (COLUMN, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Making a column NULL, ROW_FORMAT=REDUNDANT", "ALTER TABLE b MODIFY COLUMN n int", (COLUMN, "rebuild", "rebuild"), (INSTANT, "instant")),
    ("Making a column NOT NULL", "ALTER TABLE k MODIFY COLUMN b int NOT NULL", (COLUMN, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Adding labels at the end of an ENUM", "ALTER TABLE t MODIFY COLUMN e enum('a', 'b', 'c')", (COLUMN, "in place", "instant"), (INSTANT, "instant")),
    ("Adding a ninth label to a SET", "ALTER TABLE t MODIFY COLUMN f set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')", (COLUMN, "copy", "copy"), (INSTANT, "copy")),
    ("Changing the labels of an ENUM otherwise", "ALTER TABLE t MODIFY COLUMN e enum('b', 'a')", (COLUMN, "copy", "copy"), (INSTANT, "copy")),
    ("utf8mb3 to utf8mb4, no index on the column", "ALTER TABLE t MODIFY COLUMN u varchar(20) CHARACTER SET utf8mb4", (TABLE, "", ""), (ALTER, "")),
    ("Another character set", "ALTER TABLE t MODIFY COLUMN s varchar(20) CHARACTER SET latin1", (COLUMN, "copy", "copy"), (INPLACE, "copy")),
    ("Adding a STORED column", "ALTER TABLE k ADD COLUMN z int GENERATED ALWAYS AS (a + 1) STORED", (COMPUTED, "copy", "copy"), (INPLACE, "copy")),
    ("Modifying STORED column order", "ALTER TABLE t MODIFY COLUMN st int GENERATED ALWAYS AS (id + 1) STORED FIRST", (COMPUTED, "copy", "copy"), ("generated-columns/", "")),
    ("Dropping a STORED column", "ALTER TABLE t DROP COLUMN st", (COMPUTED, "rebuild", "rebuild"), ("generated-columns/", "")),
    ("Adding a VIRTUAL column", "ALTER TABLE k ADD COLUMN z int GENERATED ALWAYS AS (a + 1) VIRTUAL", (COMPUTED, "in place", "instant"), ("generated-columns/", "")),
    ("Adding a VIRTUAL column to a partitioned table", "ALTER TABLE r ADD COLUMN z int GENERATED ALWAYS AS (id + 1) VIRTUAL", (COMPUTED, "copy", "copy"), ("generated-columns/", "")),
    ("Modifying VIRTUAL column order", "ALTER TABLE t MODIFY COLUMN vi int GENERATED ALWAYS AS (id + 2) VIRTUAL FIRST", (COMPUTED, "copy", "copy"), ("generated-columns/", "")),
    ("Dropping a VIRTUAL column", "ALTER TABLE t DROP COLUMN vi", (COMPUTED, "in place", "instant"), ("generated-columns/", "")),
    ("Adding a foreign key constraint", "ALTER TABLE t ADD CONSTRAINT t_m FOREIGN KEY (m) REFERENCES o (id)", (FOREIGN, "copy", "copy"), (INPLACE, "copy")),
    ("Dropping a foreign key constraint", "ALTER TABLE t DROP FOREIGN KEY t_o", (FOREIGN, "in place", "in place"), (INSTANT, "instant")),
    ("Adding a check", "ALTER TABLE t ADD CONSTRAINT t_d CHECK (m > 0)", (ALTER, "", ""), (INPLACE, "copy")),
    ("Dropping a check", "ALTER TABLE t DROP CONSTRAINT t_c", (ALTER, "", ""), (INSTANT, "instant")),
    ("Changing the ROW_FORMAT", "ALTER TABLE k ROW_FORMAT=COMPRESSED", (TABLE, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Changing the KEY_BLOCK_SIZE", "ALTER TABLE c KEY_BLOCK_SIZE=4", (TABLE, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Setting persistent table statistics", "ALTER TABLE k STATS_PERSISTENT=0", (TABLE, "in place", "in place"), (INSTANT, "")),
    ("Specifying a character set for new columns", "ALTER TABLE k DEFAULT CHARACTER SET latin1", (TABLE, "", ""), (INSTANT, "")),
    ("Converting a character set", "ALTER TABLE t CONVERT TO CHARACTER SET latin1", (TABLE, "copy", "copy"), (INPLACE, "copy")),
    ("Rebuilding with the FORCE option", "ALTER TABLE k FORCE", (TABLE, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("Performing a null rebuild", "ALTER TABLE k ENGINE=InnoDB", (TABLE, "rebuild", "rebuild"), (INPLACE, "rebuild")),
    ("A null rebuild with a FULLTEXT index", "ALTER TABLE q ENGINE=InnoDB", (TABLE, "copy", "copy"), (INPLACE, "rebuild, no writes")),
    ("A comment of the table", "ALTER TABLE k COMMENT='k'", (TABLE, "", ""), (INSTANT, "")),
    ("PARTITION BY", "ALTER TABLE k PARTITION BY HASH (a) PARTITIONS 4", (PIECES, "copy", "copy"), (ALTER, "")),
    ("ADD PARTITION, RANGE and LIST", "ALTER TABLE r ADD PARTITION (PARTITION p2 VALUES LESS THAN (99))", (PIECES, "alone", "in place"), (ALTER, "")),
    ("ADD PARTITION, HASH and KEY", "ALTER TABLE h ADD PARTITION PARTITIONS 2", (PIECES, "copy", "rebuild, no writes"), (ALTER, "")),
    ("DROP PARTITION", "ALTER TABLE r DROP PARTITION p1", (PIECES, "alone", "in place"), (ALTER, "")),
    ("REMOVE PARTITIONING", "ALTER TABLE r REMOVE PARTITIONING", (PIECES, "copy", "copy"), (ALTER, "")),
];

/// What the verdict says, in the words of the rows.
fn word(impact: &Impact) -> String {
    let stops = impact.locks.iter().map(|lock| lock.level.stops).min();
    let way = match (impact.algorithm, impact.work) {
        (None, _) => return if stops == Some(Stops::Everything) { "alone" } else { "" }.to_string(),
        (Some("INSTANT"), _) => "instant",
        (Some("COPY"), _) => return "copy".to_string(),
        (_, Work::Rewrite) => "rebuild",
        _ => "in place",
    };
    format!("{way}{}", if stops == Some(Stops::Writes) { ", no writes" } else { "" })
}

fn verdict(engine: &Engine, row: &Row, version: Version) -> String {
    word(&weighed(SETUP, row.1, engine.dialect, version).impact)
}

#[test]
fn every_row_is_as_the_manual_says() {
    let mut faults = Vec::new();
    for row in ROWS {
        let [mysql, mariadb] = &ENGINES;
        let said = [(mysql, mysql.said[0], row.2.1), (mysql, mysql.said[1], row.2.2), (mariadb, mariadb.said[0], row.3.1)];
        for (engine, at, manual) in said.into_iter().filter(|said| !said.2.is_empty()) {
            let version = engine.versions[at];
            let found = verdict(engine, row, version);
            if found != manual {
                faults.push(format!("{} {version}: {}: {found}; the manual: {manual}", engine.dialect, row.0));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

const HEAD: &str = "# By which algorithm a table is changed\n\n\
    What `amend` says of each statement for each version of MySQL and MariaDB, and the section of the manual that it rests on; a test\n\
    compares them. Where a server of the tests (MySQL 9.7, MariaDB 10.11) does otherwise than its manual says, the server is believed from\n\
    its version on.\n\n\
    - *instant*: only the description of the table changes (`ALGORITHM=INSTANT`).\n\
    - *in place*: an index is built, or only the description changes (`INPLACE`; MariaDB `NOCOPY`). Others read and write.\n\
    - *rebuild*: the rows are written anew while others read and write (`INPLACE`).\n\
    - *copy*: the rows are copied, and nobody writes meanwhile (`COPY, LOCK=SHARED`).\n\
    - *alone*: for a moment nobody reads or writes, and the statement has no word for it.\n\
    - *no writes*: nobody writes meanwhile (`LOCK=SHARED`).\n";

fn page() -> String {
    let mut page = HEAD.to_string();
    for (at, engine) in ENGINES.iter().enumerate() {
        let title = ["MySQL", "MariaDB"][at];
        let versions: Vec<String> = engine.versions.iter().map(Version::to_string).collect();
        let _ = write!(
            page,
            "\n## {title}\n\n| operation | statement | {} | manual |\n|---|---|{}---|\n",
            versions.join(" | "),
            "---|".repeat(versions.len())
        );
        for row in ROWS {
            let words: Vec<String> = engine.versions.iter().map(|version| verdict(engine, row, *version)).collect();
            let section = if at == 0 { row.2.0 } else { row.3.0 };
            let manual = match section {
                ALTER if at == 0 => "https://dev.mysql.com/doc/refman/8.4/en/alter-table.html".to_string(),
                section => format!("{}{section}", engine.manual),
            };
            let _ = writeln!(page, "| {} | `{}` | {} | [section]({manual}) |", row.0, row.1, words.join(" | "));
        }
    }
    page
}

/// UPDATE_EXPECT=1 writes the page.
#[test]
fn the_page_says_what_the_program_says() {
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(project::root().join("docs/algorithms.md"), &page).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(project::read(Path::new("docs/algorithms.md")), page, "UPDATE_EXPECT=1 rewrites docs/algorithms.md");
}
