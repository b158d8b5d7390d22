//! What a text carries out by way of a variable: `SET @sql = IF(…)`, `PREPARE s FROM @sql`, `EXECUTE s`, as scripts do that ask the
//! catalog first (Reference Manual, Prepared Statements). What cannot be told from the text is not understood, and so is a call of a
//! procedure.

use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::ir::{Key, Kind, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::presence::{Catalog, Catalogs, Relation};
use crate::sources::sql::statement::Statement;

/// A statement's reader, which knows the server's family.
pub type Production = fn(&mut Statement<'_, '_>, &'static Family) -> Read<Outcome>;

pub const STATEMENTS: &[(&str, Production)] = &[
    ("SELECT", |statement, _| select(statement)),
    ("PREPARE", |statement, _| prepare(statement)),
    ("EXECUTE", execute),
    ("CALL", |statement, _| call(statement)),
];

/// The catalogs in which a name stands for one object (Reference Manual, INFORMATION_SCHEMA Tables).
#[rustfmt::skip]
const CATALOGS: &[Catalog] = &[
    Catalog { name: "information_schema.columns", kind: Kind::Column, named: "column_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
    Catalog { name: "information_schema.statistics", kind: Kind::Index, named: "index_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
    Catalog { name: "information_schema.tables", kind: Kind::Table, named: "table_name", relation: Relation::None, namespace: "table_schema" },
    Catalog { name: "information_schema.views", kind: Kind::View, named: "table_name", relation: Relation::None, namespace: "table_schema" },
    Catalog { name: "information_schema.table_constraints", kind: Kind::ForeignKey, named: "constraint_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
    Catalog { name: "information_schema.referential_constraints", kind: Kind::ForeignKey, named: "constraint_name", relation: Relation::Must("table_name"), namespace: "constraint_schema" },
    Catalog { name: "information_schema.key_column_usage", kind: Kind::ForeignKey, named: "constraint_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
];

/// Databases of the server whose procedures leave the user's schema alone.
const OF_SERVER: &[&str] = &["mysql", "sys"];

fn value_of(variable: &str) -> String {
    format!("value of @{variable}")
}

/// The name of a user's variable.
fn accept_variable(cursor: &mut Cursor<'_>) -> Option<String> {
    let name = cursor.is(0, "@").then(|| cursor.peek(1).trim_matches('`').to_ascii_lowercase())?;
    cursor.skip();
    cursor.skip();
    Some(name)
}

/// Keeps what `SET @a = …, @b := …` gives to variables. The place stays.
pub fn note(statement: &mut Statement<'_, '_>) {
    let start = statement.mark();
    while !statement.at_end() {
        let name = accept_variable(statement);
        if name.is_none() {
            statement.skip();
        }
        if !statement.accept(&[":="]) && !statement.accept(&["="]) {
            break;
        }
        let Ok(value) = statement.slice_until(&[]) else { break };
        if let Some(name) = name {
            keep(statement, &value_of(&name), value);
        }
        if !statement.accept(&[","]) {
            break;
        }
    }
    statement.rewind(start);
}

/// Keeps an expression as it is now, with what variables hold in their places; one that grows beyond all use is forgotten.
fn keep(statement: &mut Statement<'_, '_>, name: &str, expression: &str) {
    const LONGEST: usize = 1 << 16;
    let filled = Reader { session: statement.session, lexis: statement.lexis() }.filled(expression);
    statement.set(name, Some(filled.as_str()).filter(|filled| filled.len() <= LONGEST));
}

/// A query; `SELECT … INTO @a FROM …` gives a variable its value.
fn select(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let text = statement.rest();
    let lower = text.to_ascii_lowercase();
    if let Some((asked, rest)) = lower.split_once(" into @") {
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        let tail = text.get(asked.len() + " into @".len() + name.len()..).unwrap_or("");
        let query = format!("(SELECT {}{tail})", text.get(..asked.len()).unwrap_or(""));
        keep(statement, &value_of(name), &query);
    }
    Ok(Outcome::Ignored("query"))
}

/// `PREPARE s FROM {'text' | @variable}`.
fn prepare(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.expect(&["FROM"])?;
    let source = statement.rest();
    keep(statement, &prepared(name), source);
    Ok(Outcome::Ignored("call"))
}

fn prepared(name: Name) -> String {
    format!("prepared {}", name.as_str().to_ascii_lowercase())
}

/// `EXECUTE s [USING …]`, and MariaDB's `EXECUTE IMMEDIATE 'text'`.
fn execute(statement: &mut Statement<'_, '_>, family: &'static Family) -> Read<Outcome> {
    let session = statement.session;
    let name = statement.ident()?;
    let immediate = name.as_str().eq_ignore_ascii_case("immediate");
    let rest = statement.rest();
    let source = if immediate { Some(rest.to_owned()) } else { session.get(&prepared(name)).map(str::to_owned) };
    let meaning = source.and_then(|source| Reader { session, lexis: statement.lexis() }.value(&source, 0));
    let unknown = || statement.fault(format!("what {name} carries out is not known"));
    let (condition, texts) = match meaning.ok_or_else(unknown)? {
        Value::Text(text) => (None, vec![(true, text)]),
        Value::Choice { key, stands, then, otherwise } => (Some((key, stands)), vec![(true, then), (false, otherwise)]),
    };
    let mut found: Option<(bool, Vec<Op>)> = None;
    for (holds, text) in texts {
        let text = text.trim().trim_end_matches(';');
        if text.is_empty() {
            continue;
        }
        let mut inner = Statement::new(Cursor::new(text, text.len(), statement.lexis()), session);
        let ignored = inner.at_phrase(super::IGNORED.iter().map(|(phrase, _)| *phrase)).is_some() || inner.is(0, "SIGNAL");
        if ignored || super::read(&mut inner, family)? != Outcome::Modelled {
            continue;
        }
        let ops = inner.effects.ops.into_iter().map(|located| placeless(located.op)).collect();
        if found.replace((holds, ops)).is_some() {
            return Err(statement.fault(format!("{name} carries out one of two changes")));
        }
    }
    let Some((holds, ops)) = found else { return Ok(Outcome::Ignored("call")) };
    if let Some((key, stands)) = condition {
        statement.push(Op::Given { key, stands: stands == holds });
    }
    ops.into_iter().for_each(|op| statement.push(op));
    Ok(Outcome::Modelled)
}

/// The operation without its place in the text that is carried out: the statement's own is taken.
fn placeless(mut op: Op) -> Op {
    if let Op::Create { object, .. } = &mut op {
        object.span = None;
    }
    op
}

/// A procedure may do anything.
fn call(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let name = statement.qualified()?;
    if let [database, _] = name[..]
        && OF_SERVER.contains(&database.as_str())
    {
        return Ok(Outcome::Ignored("call"));
    }
    let procedure = name.last().map_or("", |name| name.as_str());
    Err(statement.fault(format!("what the procedure {procedure} does to the schema is not known")))
}

/// What a variable holds.
enum Value {
    Text(String),
    /// One of two texts, by whether an object stands.
    Choice {
        key: Key,
        stands: bool,
        then: String,
        otherwise: String,
    },
}

/// Reads expressions of variables.
struct Reader<'s> {
    session: &'s crate::sources::sql::session::Session,
    lexis: &'static crate::sources::sql::Lexis,
}

impl Reader<'_> {
    fn cursor<'t>(&self, text: &'t str) -> Cursor<'t> {
        Cursor::new(text, text.len(), self.lexis)
    }

    /// What an expression comes to; `depth` counts what it stands in.
    fn value(&self, text: &str, depth: u32) -> Option<Value> {
        let mut cursor = self.cursor(text);
        if depth > 8 {
            return None;
        }
        if let Some(inner) = wrapped(&mut cursor) {
            return self.value(inner, depth + 1);
        }
        if cursor.accept(&["SELECT"]) {
            let inner = cursor.slice_until(&["FROM"]).ok()?;
            cursor.accept(&["FROM", "DUAL"]);
            return if cursor.at_end() { self.value(inner, depth + 1) } else { None };
        }
        if let Some(function) = cursor.accept_any(&["IF", "CONCAT"]).filter(|_| cursor.is(0, "(")) {
            let arguments = self.arguments(cursor.parenthesised().ok()?)?;
            return match (cursor.at_end(), function) {
                (false, _) => None,
                (true, "IF") => self.choice(&arguments, depth),
                (true, _) => self.joined(&arguments, depth),
            };
        }
        let text = cursor.string().ok()?;
        cursor.at_end().then_some(Value::Text(text))
    }

    fn arguments<'t>(&self, list: &'t str) -> Option<Vec<&'t str>> {
        let mut cursor = self.cursor(list);
        let mut arguments = vec![cursor.slice_until(&[]).ok()?];
        while cursor.accept(&[","]) {
            arguments.push(cursor.slice_until(&[]).ok()?);
        }
        Some(arguments)
    }

    fn joined(&self, parts: &[&str], depth: u32) -> Option<Value> {
        let texts = parts.iter().map(|part| match self.value(part, depth + 1) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        });
        texts.collect::<Option<String>>().map(Value::Text)
    }

    /// `condition, then, otherwise`.
    fn choice(&self, arguments: &[&str], depth: u32) -> Option<Value> {
        let [condition, then, otherwise] = arguments[..] else { return None };
        let (key, stands) = self.condition(condition, depth)?;
        let (Value::Text(then), Value::Text(otherwise)) = (self.value(then, depth + 1)?, self.value(otherwise, depth + 1)?) else {
            return None;
        };
        Some(Value::Choice { key, stands, then, otherwise })
    }

    /// An object, and whether the condition holds where it stands: `EXISTS (…)`, `(SELECT COUNT(*) …) > 0`.
    fn condition(&self, text: &str, depth: u32) -> Option<(Key, bool)> {
        let mut cursor = self.cursor(text);
        if depth > 8 {
            return None;
        }
        let negated = cursor.accept(&["NOT"]);
        let counts = !cursor.accept(&["EXISTS"]);
        let counted = cursor.parenthesised().ok()?;
        let asked = |query: &str| Catalogs { rows: CATALOGS, home: Name::NONE, lexis: self.lexis }.asked(query, counts);
        let mut inner = self.cursor(counted);
        let query = wrapped(&mut inner).unwrap_or(counted);
        let Some(key) = asked(query) else {
            return if cursor.at_end() { self.condition(query, depth + 1).map(|(key, stands)| (key, stands != negated)) } else { None };
        };
        let stands = match cursor.at_end() {
            true => true,
            false => compared(&mut cursor, key.kind)?,
        };
        Some((key, stands != negated))
    }

    /// An expression with what variables hold in their places.
    fn filled(&self, expression: &str) -> String {
        let mut cursor = self.cursor(expression);
        let mut words = Vec::new();
        while !cursor.at_end() {
            match self.variable(&mut cursor) {
                Some(known) => words.push(known),
                None => {
                    words.push(cursor.peek(0));
                    cursor.skip();
                }
            }
        }
        words.join(" ")
    }

    /// The expression that a variable holds.
    fn variable<'v>(&'v self, cursor: &mut Cursor<'_>) -> Option<&'v str> {
        let mark = cursor.mark();
        let known = accept_variable(cursor).and_then(|name| self.session.get(&value_of(&name)));
        if known.is_none() {
            cursor.rewind(mark);
        }
        known
    }
}

/// The whole of a text in parentheses.
fn wrapped<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    let mark = cursor.mark();
    let inner = cursor.parenthesised().ok().filter(|_| cursor.at_end());
    if inner.is_none() {
        cursor.rewind(mark);
    }
    inner
}

/// Comparisons of a count, and whether they hold where something was counted.
const COUNTS: &[(&str, bool)] =
    &[("> 0", true), (">= 1", true), ("<> 0", true), ("!= 0", true), ("= 0", false), ("< 1", false), ("<= 0", false)];

/// An index and a constraint have a row for each column, so that `= 1` tells nothing of them.
fn compared(cursor: &mut Cursor<'_>, kind: Kind) -> Option<bool> {
    let single = matches!(kind, Kind::Column | Kind::Table | Kind::View) && cursor.accept(&["=", "1"]);
    let stands = single || cursor.accept_row(COUNTS)?;
    cursor.at_end().then_some(stands)
}
