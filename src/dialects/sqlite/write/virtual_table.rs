//! Virtual tables: CREATE VIRTUAL TABLE, and the rebuild of those whose module keeps the rows itself.

use crate::base::Name;
use crate::dialects::sqlite::lexer::{Token, tokens};
use crate::dialects::sqlite::names;
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement};

use super::{named, rebuild};

/// How a module writes its arguments.
struct Module {
    name: &'static str,
    /// Every row has a rowid beside its columns.
    rowid: bool,
    /// The column of a table that names none.
    unnamed: &'static str,
}

/// Modules that can be read whole, written row by row, and renamed (sqlite.org/fts5.html, fts3.html, rtree.html).
const MODULES: &[Module] = &[
    Module { name: "fts5", rowid: true, unnamed: "" },
    Module { name: "fts4", rowid: true, unnamed: "content" },
    Module { name: "fts3", rowid: true, unnamed: "content" },
    Module { name: "rtree", rowid: false, unnamed: "" },
    Module { name: "rtree_i32", rowid: false, unnamed: "" },
];

/// CREATE VIRTUAL TABLE under this name.
pub fn create(table: &Object, name: &str) -> String {
    let arguments = table.text(Attr::Definition).map(|text| format!(" ({text})")).unwrap_or_default();
    format!("CREATE VIRTUAL TABLE {name} USING {}{arguments}", names::quoted(table.text(Attr::Engine).unwrap_or("")))
}

/// Whether the rows of the live table can be carried over to the desired one, or are not its own.
pub fn can_rebuild(table: Pair<&Object>) -> bool {
    common(table).is_some() || indexes_others(table)
}

/// Whether both sides index rows that another table keeps: nothing is lost with the index, which is made from them.
pub fn indexes_others(table: Pair<&Object>) -> bool {
    content(table.live).is_some() && content(table.desired).is_some()
}

/// The table or view whose rows a table of text indexes (sqlite.org/fts5.html, External Content Tables).
pub fn content(table: &Object) -> Option<Name> {
    MODULES.iter().find(|module| module.rowid && table.text(Attr::Engine) == Some(module.name))?;
    let tokens = tokens(table.text(Attr::Definition).unwrap_or(""));
    let named =
        |argument: &&[Token]| argument.first().is_some_and(|word| word.is("content")) && argument.get(1).is_some_and(|mark| mark.is("="));
    let value = arguments(&tokens).into_iter().find(named)?.get(2)?;
    let name = value.literal().or_else(|| value.name())?;
    (!name.is_empty()).then(|| names::folded(&name))
}

/// What a table that indexes the rows of another needs: that one, with the columns that both name.
pub fn rests_on(table: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let Some(relation) = content(table).and_then(|name| schema.resolve(Key::new(Kind::Table, Name::NONE, name))) else { return Vec::new() };
    let tokens = tokens(table.text(Attr::Definition).unwrap_or(""));
    let words: Vec<Name> = tokens.iter().filter_map(|token| Some(names::folded(&token.name()?))).collect();
    let columns = schema.parts(relation, Kind::Column).map(|column| column.key).filter(|key| words.contains(&key.name));
    columns.chain([relation]).collect()
}

/// An index over rows that are there already knows nothing of them until it is told to read them.
pub fn reads_content(table: &Object, live: &Schema<Canonical>) -> Option<Statement> {
    let relation = Key::new(Kind::Table, Name::NONE, content(table)?);
    let name = names::own(table);
    let why = format!("It indexes the rows of {}.", relation.name);
    live.resolve(relation).map(|_| Statement::new(format!("INSERT INTO {name} ({name}) VALUES ('rebuild')"), why).hazard(Hazard::Rewrite))
}

/// The modules of both sides: the same one, or two that index text, whose tables have columns of text and a rowid each.
fn modules(table: Pair<&Object>) -> Option<Pair<&'static Module>> {
    let module = |table: &Object| MODULES.iter().find(|module| table.text(Attr::Engine) == Some(module.name));
    let both = Pair::new(module(table.live)?, module(table.desired)?);
    (both.live.name == both.desired.name || (both.live.rowid && both.desired.rowid)).then_some(both)
}

/// The columns that both have, written as in each; `None` where rows cannot be carried.
fn common(table: Pair<&Object>) -> Option<Vec<String>> {
    let modules = modules(table)?;
    let columns = Pair::new(columns(table.live, modules.live)?, columns(table.desired, modules.desired)?);
    let key_stays = modules.live.rowid || (!columns.live.is_empty() && columns.live.first() == columns.desired.first());
    let both: Vec<String> =
        columns.desired.iter().filter(|name| columns.live.contains(name)).map(|name| names::quoted(name.as_str())).collect();
    let rowid = modules.live.rowid.then(|| "rowid".to_owned());
    (key_stays && !both.is_empty()).then(|| rowid.into_iter().chain(both).collect())
}

/// The columns that the arguments name; `None` where the rows are not the module's own.
fn columns(table: &Object, module: &Module) -> Option<Vec<Name>> {
    let tokens = tokens(table.text(Attr::Definition).unwrap_or(""));
    let mut columns = Vec::new();
    for argument in arguments(&tokens) {
        let words: Vec<&Token> = argument.iter().skip_while(|token| token.is("+")).collect();
        let option = argument.iter().any(|token| token.is("="));
        match words.as_slice() {
            [name, ..] if name.is("content") && option => return None,
            [name, ..] if !option && !name.is("tokenize") => columns.extend(name.name().map(|name| names::folded(&name))),
            _ => {}
        }
    }
    if columns.is_empty() && !module.unnamed.is_empty() {
        columns.push(Name::new(module.unnamed));
    }
    Some(columns)
}

/// The arguments, parted by commas outside parentheses.
fn arguments<'s, 't>(tokens: &'s [Token<'t>]) -> Vec<&'s [Token<'t>]> {
    let mut depth = 0_i64;
    tokens
        .split(|token| {
            depth += i64::from(token.is("(")) - i64::from(token.is(")"));
            depth == 0 && token.is(",")
        })
        .collect()
}

/// The statements of a rebuild.
pub fn rebuild(key: Key, table: Pair<&Object>, schema: Pair<&Schema<Canonical>>) -> Vec<Statement> {
    if indexes_others(table) {
        let gone = format!("{} keeps no rows of its own: it is made anew from the table that does.", named(key));
        let made = Statement::new(create(table.desired, &names::own(table.desired)), "");
        let again = [Statement::new(format!("DROP TABLE {}", names::own(table.live)), gone), made];
        return again.into_iter().chain(reads_content(table.desired, schema.live)).collect();
    }
    let spare = names::quoted(&rebuild::spare_name(schema, key.name));
    let list = common(table).unwrap_or_default().join(", ");
    let lost = modules(table).is_some_and(|modules| {
        let kept = columns(table.desired, modules.desired).unwrap_or_default();
        columns(table.live, modules.live).unwrap_or_default().iter().any(|name| !kept.contains(name))
    });
    let copy = Statement::new(
        format!("INSERT INTO {spare} ({list})\nSELECT {list}\nFROM {}", names::own(table.live)),
        if lost { "Every row goes along.\nLost: the values of the columns that are not wanted any more." } else { "Every row goes along." },
    );
    let mut statements = vec![
        Statement::new(
            create(table.desired, &spare),
            format!("{} cannot be altered: it is made anew, filled, and takes the old one's place.", named(key)),
        )
        .hazard(Hazard::Rewrite),
        if lost { copy.hazard(Hazard::Drop) } else { copy },
    ];
    statements.extend(rebuild::swap(table, &spare));
    statements
}
