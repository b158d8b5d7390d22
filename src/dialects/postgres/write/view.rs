//! Views and materialized views, and when CREATE OR REPLACE is enough.

use crate::dialects::postgres::levels::{bare, words};
use crate::ir::{Attr, Kind, Object, Pair, Statement};

use super::ident::{list, noun, object, qualified, quote, quoted};
use super::{Desired, column, options};

/// `CREATE [OR REPLACE] VIEW`, `CREATE MATERIALIZED VIEW`.
pub fn create(view: &Object) -> Vec<Statement> {
    vec![Statement::new(definition(view, ""), format!("New {} {}.", view.key.kind.spec().noun, view.key.name))]
}

fn definition(view: &Object, replace: &str) -> String {
    let materialized = view.key.kind == Kind::MaterializedView;
    let persistence = super::table::persistence(view);
    let recursive = if view.has(Attr::Recursive) { "RECURSIVE " } else { "" };
    let mut sql = format!("CREATE {replace}{persistence}{recursive}{} {}", noun(view.key.kind), object(view.key));
    if !view.names(Attr::ColumnNames).is_empty() {
        sql.push_str(&format!(" ({})", list(view.names(Attr::ColumnNames))));
    }
    if let Some(method) = view.text(Attr::AccessMethod) {
        sql.push_str(&format!(" USING {}", quoted(method)));
    }
    sql.push_str(&options::with(view));
    if let Some(tablespace) = view.text(Attr::Tablespace) {
        sql.push_str(&format!(" TABLESPACE {}", quoted(tablespace)));
    }
    sql.push_str(&format!(" AS\n{}", view.text(Attr::Query).unwrap_or("SELECT").trim().trim_end_matches(';').trim_end()));
    if let Some(check) = view.text(Attr::CheckOption) {
        sql.push_str(&format!("\nWITH {} CHECK OPTION", check.to_uppercase()));
    }
    if materialized && view.has(Attr::NoData) {
        sql.push_str("\nWITH NO DATA");
    }
    sql
}

/// A new query by CREATE OR REPLACE, options by ALTER.
pub fn alter(attrs: &[Attr], view: Pair<&Object>) -> Vec<Statement> {
    let mut statements = Vec::new();
    if attrs.iter().any(|attr| matches!(attr, Attr::Query | Attr::ColumnNames | Attr::CheckOption | Attr::Recursive)) {
        statements
            .push(Statement::new(definition(view.desired, "OR REPLACE "), format!("The definition of {} changes.", view.desired.key.name)));
        return statements;
    }
    for attr in attrs {
        match attr {
            Attr::Options => statements.extend(options::alter(view)),
            Attr::Tablespace | Attr::AccessMethod | Attr::ClusterOn => statements.extend(setting(*attr, view.desired)),
            _ => {}
        }
    }
    statements
}

/// Facts of a materialized view that its table's ALTER sets.
fn setting(attr: Attr, view: &Object) -> Option<Statement> {
    let text = view.text(attr);
    let clause = match attr {
        Attr::Tablespace => format!("SET TABLESPACE {}", quoted(text.unwrap_or("pg_default"))),
        Attr::AccessMethod => format!("SET ACCESS METHOD {}", quoted(text.unwrap_or("heap"))),
        Attr::ClusterOn => text.map_or("SET WITHOUT CLUSTER".to_owned(), |index| format!("CLUSTER ON {}", quoted(index))),
        _ => return None,
    };
    let sql = format!("ALTER {} {}\n    {clause}", noun(view.key.kind), object(view.key));
    Some(Statement::new(sql, format!("The {} of {}.", attr.spec().label, view.key.name)))
}

/// Whether OR REPLACE keeps every column's name, place and type: the live columns come first and unchanged, from the
/// same relations (manual, CREATE VIEW). Where that cannot be seen in the text, it is not assumed.
pub fn replaceable(view: Pair<&Object>) -> bool {
    let (Some(live), Some(desired)) = (view.live.fragment(Attr::Query), view.desired.fragment(Attr::Query)) else { return false };
    let names = Pair::new(view.live.names(Attr::ColumnNames), view.desired.names(Attr::ColumnNames));
    let named = names.desired.starts_with(names.live) && (names.live.is_empty() == names.desired.is_empty());
    let (Some(live), Some(desired)) = (Shape::of(live.compared()), Shape::of(desired.compared())) else { return false };
    named && desired.columns.starts_with(&live.columns) && live.from == desired.from
}

/// The parts of a plain SELECT that decide its columns.
struct Shape<'a> {
    columns: Vec<&'a str>,
    from: &'a str,
}

impl<'a> Shape<'a> {
    /// `None` for what is not one plain SELECT.
    fn of(query: &'a str) -> Option<Shape<'a>> {
        let query = query.trim().trim_end_matches(';').trim_end();
        let start = query.get(..6).filter(|word| word.eq_ignore_ascii_case("select")).map(|_| 6)?;
        let marks = top_level(query);
        let word = |words: &[&str]| marks.iter().find(|mark| words.contains(&mark.word.as_str())).map(|mark| mark.at);
        if word(&["union", "intersect", "except"]).is_some() {
            return None;
        }
        let ends = ["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];
        let from = word(&["from"]).unwrap_or(query.len());
        let end = marks.iter().find(|mark| mark.at > from && ends.contains(&mark.word.as_str())).map_or(query.len(), |mark| mark.at);
        let mut columns = Vec::new();
        let mut at = start;
        for comma in marks.iter().filter(|mark| mark.word == "," && mark.at < from).map(|mark| mark.at).chain([from]) {
            columns.push(query.get(at..comma)?.trim());
            at = comma + 1;
        }
        Some(Shape { columns, from: query.get(from..end)?.trim() })
    }
}

/// A word or comma outside of parentheses and quotes.
struct Mark {
    word: String,
    at: usize,
}

fn top_level(query: &str) -> Vec<Mark> {
    let words = words(query).into_iter().filter_map(|word| Some((word.start, query.get(word)?.to_ascii_lowercase())));
    let commas = bare(query).filter(|bare| bare.depth == 0 && bare.c == ',').map(|comma| (comma.at, ",".to_owned()));
    let mut marks: Vec<Mark> = words.chain(commas).map(|(at, word)| Mark { word, at }).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// `DROP VIEW`.
pub fn drop(view: &Object) -> Statement {
    let sql = format!("DROP {} {}", noun(view.key.kind), object(view.key));
    Statement::new(sql, format!("The {} {} goes.", view.key.kind.spec().noun, view.key.name))
}

/// What a view's column has of its own, which only ALTER can give. How a column is stored by itself hangs on its type, which no text of
/// a view says: that does not go by a statement.
pub fn alter_column(attrs: &[Attr], part: &Object, side: Desired) -> Vec<Statement> {
    let known = |attr: &Attr| *attr != Attr::Storage || part.has(*attr);
    let settings = column::SETTINGS.iter().filter(|attr| attrs.contains(attr)).filter(|attr| known(attr));
    let settings = settings.filter_map(|attr| column::setting(part, *attr, side));
    attrs.contains(&Attr::Default).then(|| default(part)).into_iter().chain(settings).collect()
}

fn default(column: &Object) -> Statement {
    let clause = column.text(Attr::Default).map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}"));
    let view = qualified(column.key.namespace, column.key.owner);
    let sql = format!("ALTER VIEW {view}\n    ALTER COLUMN {} {clause}", quote(column.key.name));
    Statement::new(sql, "The default that INSERT into the view takes.")
}

/// A column of a view that stays, of which nothing is said any more: its default, its settings and its comment go.
pub fn forget_column(live: &Object, side: Desired) -> Vec<Statement> {
    let mut silent = live.clone();
    let had = own_facts(live);
    had.iter().chain(&[Attr::Comment]).for_each(|attr| silent.set(*attr, None));
    let mut statements = alter_column(&had, &silent, side);
    statements.extend(live.has(Attr::Comment).then(|| super::extra::comment(Some(live), &silent, side)).flatten());
    statements
}

/// The facts of a view's column that [`alter_column`] gives it.
fn own_facts(part: &Object) -> Vec<Attr> {
    [Attr::Default].iter().chain(column::SETTINGS).copied().filter(|attr| part.has(*attr)).collect()
}

/// What a column of a new view has of its own.
pub fn new_column(part: &Object, side: Desired) -> Vec<Statement> {
    if part.key.kind == Kind::Column && !part.has(Attr::Type) { alter_column(&own_facts(part), part, side) } else { Vec::new() }
}
