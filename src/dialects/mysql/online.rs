//! ALTER TABLE with its ALGORITHM and LOCK written out, so that the server refuses where it would make others wait; where it cannot
//! but copy the table, the tools that copy it in the background (MySQL, Online DDL; MariaDB, ALTER TABLE).

use super::write::parts::COPY;
use crate::dialects::{Frame, Site};
use crate::ir::{Attr, Kind, Object, Statement, Step};

/// How long a statement may wait for the metadata lock, in seconds: everybody who comes after it waits behind it.
const LIMIT: &str = "SET SESSION lock_wait_timeout = 5;";

/// The limits around a script.
pub fn frame(mut frame: Frame) -> Frame {
    frame.before.push(LIMIT.to_string());
    frame.after.push("SET SESSION lock_wait_timeout = DEFAULT;".to_string());
    frame
}

/// The statements of a step with the words that hold the server to its way.
pub fn online(step: &Step, statements: Vec<Statement>, site: &Site) -> Vec<Statement> {
    let table = step.key.relation().unwrap_or(step.key);
    let Some(live) = site.schema.live.get(table) else { return statements };
    // Other engines know COPY alone, and the words are about InnoDB: a table that leaves it is another engine's after that statement.
    let inno = |table: &Object| table.text(Attr::Engine).is_none_or(|engine| engine.eq_ignore_ascii_case("InnoDB"));
    let words = inno(live) && !live.has(Attr::SystemVersioned);
    let stays = site.schema.desired.get(table).is_none_or(inno);
    let held = |statement: &Statement| words && (stays || statement.sql.contains("ENGINE="));
    let one = |statement: Statement| if held(&statement) { worded(statement, live, site) } else { statement };
    statements.into_iter().map(one).collect()
}

fn worded(mut statement: Statement, table: &Object, site: &Site) -> Statement {
    let Some(algorithm) = statement.impact.algorithm.filter(|_| statement.sql.starts_with("ALTER TABLE ")) else { return statement };
    // Said already where the rows must be looked at.
    if let Some(sql) = statement.sql.strip_suffix(COPY) {
        statement.sql = sql.to_string();
    }
    if algorithm == "COPY" {
        statement.why += &background(&statement.sql, table, site);
    }
    // The clauses about partitions stand alone.
    if statement.sql.contains("PARTITION") {
        return statement;
    }
    let lock = statement.impact.locks.iter().min_by_key(|lock| lock.level.rank).map_or("NONE", |lock| lock.level.name);
    let lock = if algorithm == "INSTANT" { String::new() } else { format!(", LOCK={lock}") };
    statement.sql += &format!(",\n    ALGORITHM={algorithm}{lock}");
    statement
}

/// The command lines that make the same change in a copy that is kept equal, and swap it in.
fn background(sql: &str, table: &Object, site: &Site) -> String {
    let clauses = sql.split_once('\n').map_or("", |(_, clauses)| clauses);
    let clauses: Vec<&str> = clauses.lines().map(str::trim).collect();
    let alter = clauses.join(" ").replace('\'', "'\\''");
    let live = site.schema.live;
    let name = table.key.name;
    let bound = live.parts(table.key, Kind::ForeignKey).next().is_some() || alter.contains("FOREIGN KEY");
    let referenced = live.of_kind(Kind::ForeignKey).any(|key| key.key_of(Attr::References) == Some(table.key));
    // gh-ost does not work on tables with foreign keys (its requirements and limitations).
    let ghost = if bound || referenced {
        String::new()
    } else {
        format!("\ngh-ost --database=DATABASE --table='{name}' --alter='{alter}' --execute")
    };
    // Keys of other tables must come to refer to the copy (its --alter-foreign-keys-method).
    let method = if referenced { " --alter-foreign-keys-method auto" } else { "" };
    format!(
        "\nThe server copies the table, and writers wait. Where that takes too long, copy it in the background instead, and compare again:\
         {ghost}\npt-online-schema-change --alter '{alter}'{method} D=DATABASE,t='{name}' --execute"
    )
}
