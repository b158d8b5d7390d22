//! Columns of one table that change in one copy of it: ALTER TABLE with several clauses copies the rows once (MySQL, ALTER TABLE).

use crate::ir::{Hazard, Statement, Transaction};

/// What sets a clause apart: a place among the columns, an expression, an algorithm.
const APART: &[&str] = &[" AFTER `", " FIRST", " AS (", "CHECK (", "ALGORITHM"];

/// One statement for two that each change plain columns of a table by copying it. What loses values stays by itself, to be looked at.
pub fn merged(first: &Statement, next: &Statement) -> Option<Statement> {
    let plain = |statement: &&Statement| {
        let words = !APART.iter().any(|word| statement.sql.contains(word));
        let keeps = !statement.hazards.contains(&Hazard::Drop);
        words
            && keeps
            && statement.impact.algorithm == Some("COPY")
            && statement.transaction == Transaction::Inside
            && statement.path.is_none()
    };
    let (head, clause) = clauses(next).filter(|_| [first, next].iter().all(plain))?;
    let (same, others) = clauses(first)?;
    let column = clause.get(..clause.find("` ")? + 2)?;
    if head != same || others.contains(column) {
        return None;
    }
    let mut both = first.clone();
    both.sql += &format!(",\n{clause}");
    both.why += &format!("\n{}", next.why);
    next.hazards.iter().for_each(|hazard| both.endanger(*hazard));
    Some(both)
}

/// The line that names the table, and the lines that change its columns.
fn clauses(statement: &Statement) -> Option<(&str, &str)> {
    let (head, clauses) = statement.sql.split_once('\n')?;
    let changes = clauses.lines().all(|line| line.starts_with("    MODIFY COLUMN `"));
    (head.starts_with("ALTER TABLE `") && changes).then_some((head, clauses))
}
