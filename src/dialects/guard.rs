//! Guards: the words with which a statement does nothing where its work is done already.

/// The guarded forms of a dialect's statements. What no row takes has none.
pub struct Guards {
    /// Beginnings of statements and what stands in their place; the same twice where a statement may run again as it is.
    pub heads: &'static [&'static [(&'static str, &'static str)]],
    /// Clauses of ALTER TABLE: how they begin, what they hold, and the words that are replaced.
    pub clauses: &'static [Clause],
    /// What stands around a statement that adds a constraint: {table} and {name} as literals, {sql}.
    pub constraint: Option<&'static str>,
    /// Clauses without a guard at which a second run stops, before it has changed anything.
    pub stops: &'static [&'static str],
}

pub type Clause = (&'static str, &'static str, &'static str, &'static str);

/// A statement that may run twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    pub sql: String,
    /// A second run ends at it with an error, and changes nothing.
    pub stops: bool,
}

/// The guarded form of a statement; `None` where there is none.
pub fn guarded(sql: &str, guards: &Guards) -> Option<Guarded> {
    let safe = |sql: String| Some(Guarded { sql, stops: false });
    if let Some((from, to)) = guards.heads.iter().copied().flatten().find(|(from, _)| sql.starts_with(from)) {
        return safe(if sql.starts_with(to) { sql.to_string() } else { sql.replacen(from, to, 1) });
    }
    let (head, clauses) = split(sql)?;
    if guards.stops.iter().any(|stop| clauses.len() == 1 && clauses[0].starts_with(stop)) {
        return Some(Guarded { sql: sql.to_string(), stops: true });
    }
    if let (Some(template), [only]) = (guards.constraint, clauses.as_slice())
        && let Some(rest) = only.strip_prefix("ADD CONSTRAINT ")
    {
        return wrapped(sql, (head, rest), template).and_then(safe);
    }
    let made: Option<Vec<String>> = clauses.iter().map(|clause| rewritten(clause, guards)).collect();
    safe(format!("ALTER TABLE {head}\n    {}", made?.join("\n    ")))
}

/// The table and the clauses of an ALTER TABLE, as writers print it: a clause to a line, or one behind the name.
fn split(sql: &str) -> Option<(&str, Vec<&str>)> {
    let rest = sql.strip_prefix("ALTER TABLE ")?;
    match rest.split_once("\n    ") {
        Some((table, clauses)) => Some((table, clauses.split("\n    ").collect())),
        None => {
            let at = rest.find(" ADD COLUMN ")?;
            Some((&rest[..at], vec![&rest[at + 1..]]))
        }
    }
}

fn rewritten(clause: &str, guards: &Guards) -> Option<String> {
    let (_, _, from, to) = guards.clauses.iter().find(|(begins, holds, _, _)| clause.starts_with(begins) && clause.contains(holds))?;
    Some(if from.is_empty() { clause.to_string() } else { clause.replacen(from, to, 1) })
}

fn wrapped(sql: &str, (table, rest): (&str, &str), template: &str) -> Option<String> {
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').filter(|(_, after)| !after.starts_with('"'))?.0,
        None => rest.split_whitespace().next()?,
    };
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let told = template.replace("{table}", &literal(table)).replace("{name}", &literal(name));
    // The quotes around the statement must not stand in it.
    (!sql.contains("$amend$")).then(|| told.replace("{sql}", sql))
}
