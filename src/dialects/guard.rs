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
        return safe(once(sql, from, to));
    }
    let (noun, name, clauses) = split(sql)?;
    if guards.stops.iter().any(|stop| clauses.len() == 1 && clauses[0].starts_with(stop)) {
        return Some(Guarded { sql: sql.to_string(), stops: true });
    }
    if let (Some(template), [only], "TABLE") = (guards.constraint, clauses.as_slice(), noun)
        && let Some(rest) = only.strip_prefix("ADD CONSTRAINT ")
    {
        return wrapped(sql, (name, rest), template).and_then(safe);
    }
    let made: Option<Vec<String>> = clauses.iter().map(|clause| rewritten(clause, &clauses, guards)).collect();
    safe(format!("ALTER {noun} {name}\n    {}", made?.join("\n    ")))
}

/// With the guard in place of the plain words, where it is not there already.
fn once(text: &str, from: &str, to: &str) -> String {
    match text.find(from) {
        Some(at) if !from.is_empty() && !text[at..].starts_with(to) => text.replacen(from, to, 1),
        _ => text.to_string(),
    }
}

/// The noun, the name and the clauses of an ALTER, as writers print it: a clause to a line, or one behind the name.
fn split(sql: &str) -> Option<(&str, &str, Vec<&str>)> {
    let rest = sql.strip_prefix("ALTER ")?;
    let noun = ["TABLE", "TYPE", "DOMAIN", "SEQUENCE", "VIEW"].into_iter().find(|noun| rest.starts_with(&format!("{noun} ")))?;
    let rest = &rest[noun.len() + 1..];
    match rest.split_once("\n    ") {
        Some((name, clauses)) => Some((noun, name, clauses.split("\n    ").collect())),
        None => {
            let at = rest.find(" ADD COLUMN ")?;
            Some((noun, &rest[..at], vec![&rest[at + 1..]]))
        }
    }
}

/// A clause that makes anew what one beside it drops stays as it is: MariaDB asks whether the name is there before any clause is
/// carried out, and would make nothing.
fn rewritten(clause: &str, beside: &[&str], guards: &Guards) -> Option<String> {
    let (begins, _, from, to) = guards.clauses.iter().find(|(begins, holds, _, _)| clause.starts_with(begins) && clause.contains(holds))?;
    let name = named(&clause[begins.len()..]);
    let is_gone = beside.iter().filter(|other| other.starts_with("DROP ")).any(|other| {
        let dropped = guards.clauses.iter().find(|(begins, ..)| other.starts_with(begins));
        dropped.is_some_and(|(begins, ..)| named(&other[begins.len()..]) == name)
    });
    Some(if clause.starts_with("ADD ") && is_gone { clause.to_string() } else { once(clause, from, to) })
}

/// The name at the beginning of the rest of a clause.
fn named(rest: &str) -> &str {
    let rest = rest.trim_start_matches("IF NOT EXISTS ").trim_start_matches("IF EXISTS ");
    let quote = rest.chars().next().filter(|quote| "`\"".contains(*quote));
    match quote {
        Some(quote) => rest[1..].split(quote).next().unwrap_or(rest),
        None => rest.split([' ', ',', '(']).next().unwrap_or(rest),
    }
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
