//! CREATE statements (sqlite.org/lang.html).

use crate::base::Name;
use crate::dialects::sqlite::names::{folded, spelled};
use crate::ir::value::Part;
use crate::ir::{Attr, Key, Kind, Object, Value};

use super::clauses;
use super::cursor::{Cursor, Fault};
use super::table::Parts;

/// What a CREATE statement makes: the object, then its parts, with the byte at which each starts.
pub struct Created {
    pub objects: Vec<(Object, usize)>,
    /// IF NOT EXISTS.
    pub lenient: bool,
    /// A temporary object, of no interest to the schema.
    pub temporary: bool,
}

impl Created {
    pub fn name(&self) -> Name {
        self.objects.first().map_or(Name::NONE, |(object, _)| object.key.name)
    }
}

/// A name that may be qualified by its database: only `main` is compared, `temp` is a temporary object.
pub struct Qualified {
    pub written: String,
    pub temporary: bool,
    /// The attached database that it is of.
    pub attached: Option<String>,
    pub at: usize,
}

/// A name of the database that is compared, or of a temporary object.
pub fn qualified(cursor: &mut Cursor) -> Result<Qualified, Fault> {
    let name = anywhere(cursor)?;
    match &name.attached {
        Some(database) => Err(cursor.fault(format!("`{database}` is an attached database, which is not compared"))),
        None => Ok(name),
    }
}

/// A name of any database.
pub fn anywhere(cursor: &mut Cursor) -> Result<Qualified, Fault> {
    let at = cursor.peek().map_or(0, |token| token.start);
    let first = cursor.name()?;
    if !cursor.eat(&["."]) {
        return Ok(Qualified { written: first.into_owned(), temporary: false, attached: None, at });
    }
    let at = cursor.peek().map_or(at, |token| token.start);
    let written = cursor.name()?.into_owned();
    let temporary = first.eq_ignore_ascii_case("temp");
    let attached = Some(first.into_owned()).filter(|first| !temporary && !first.eq_ignore_ascii_case("main"));
    Ok(Qualified { written, temporary, attached, at })
}

type Reader = fn(&mut Cursor, &mut Created) -> Result<(), Fault>;

/// The words after CREATE, and what reads the rest.
const KINDS: &[(&[&str], Reader)] = &[
    (&["table"], table),
    (&["virtual", "table"], virtual_table),
    (&["index"], index),
    (&["unique", "index"], unique_index),
    (&["view"], view),
    (&["trigger"], trigger),
];

/// Reads a statement whose first word is CREATE.
pub fn create(cursor: &mut Cursor) -> Result<Created, Fault> {
    cursor.expect("create")?;
    let temporary = cursor.eat(&["temp"]) || cursor.eat(&["temporary"]);
    let mut created = Created { objects: Vec::new(), lenient: false, temporary };
    let Some((words, read)) = KINDS.iter().find(|(words, _)| cursor.sees_all(words)) else {
        return Err(cursor.fault("SQLite makes no such object"));
    };
    cursor.eat(words);
    created.lenient = cursor.eat(&["if", "not", "exists"]);
    read(cursor, &mut created)?;
    cursor.done()?;
    Ok(created)
}

/// The object that a statement names; its spelling kept.
fn named(cursor: &mut Cursor, kind: Kind, created: &mut Created) -> Result<(Object, usize), Fault> {
    let name = qualified(cursor)?;
    created.temporary |= name.temporary;
    Ok((spelled(Key::new(kind, Name::NONE, folded(&name.written)), &name.written), name.at))
}

fn table(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    let (mut table, at) = named(cursor, Kind::Table, created)?;
    if cursor.sees("as") {
        return Err(cursor.fault("CREATE TABLE AS takes its columns from a query, which is not run: write the columns out"));
    }
    let mut parts = Parts::new(table.key);
    parts.body(&mut cursor.parenthesised()?)?;
    let mut layout = Vec::new();
    while !cursor.is_done() {
        let (attr, word) = if cursor.eat(&["without", "rowid"]) {
            (Attr::WithoutRowid, "without rowid")
        } else {
            cursor.expect("strict")?;
            (Attr::Strict, "strict")
        };
        table.set(attr, Some(Value::Flag));
        layout.push(word);
        if !cursor.is_done() {
            cursor.expect(",")?;
        }
    }
    if layout.len() > 1 {
        table.set(Attr::Layout, Some(Value::text(layout.join(", "))));
    }
    parts.settle_key(&table);
    created.objects.push((table, at));
    created.objects.append(&mut parts.objects);
    Ok(())
}

fn virtual_table(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    let (table, at) = named(cursor, Kind::VirtualTable, created)?;
    cursor.expect("using")?;
    let module = cursor.name()?.to_ascii_lowercase();
    let mut table = table.with(Attr::Engine, Value::text(module));
    if cursor.sees("(") {
        let arguments = cursor.parenthesised()?.rest_text();
        table.set(Attr::Definition, Some(Value::sql(arguments)));
    }
    created.objects.push((table, at));
    Ok(())
}

fn unique_index(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    index(cursor, created)?;
    for (object, _) in &mut created.objects {
        object.set(Attr::Unique, Some(Value::Flag));
    }
    Ok(())
}

/// `name ON t (elements) WHERE predicate` (sqlite.org/lang_createindex.html).
fn index(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    let whole = cursor.clone();
    let name = qualified(cursor)?;
    created.temporary |= name.temporary;
    let written = text_from(&whole, name.at);
    cursor.expect("on")?;
    let owner = folded(&cursor.name()?);
    let mut index = spelled(Key::part(Kind::Index, Name::NONE, owner, folded(&name.written)), &name.written);
    let mut parts: Vec<Part> = Vec::new();
    for item in cursor.parenthesised()?.items() {
        parts.push(clauses::element(item)?);
    }
    index.set(Attr::Parts, Some(Value::Parts(parts)));
    index.set(Attr::Layout, Some(Value::text(written)));
    if cursor.eat(&["where"]) {
        index.set(Attr::Where, Some(Value::sql(rest(cursor))));
    }
    created.objects.push((index, name.at));
    Ok(())
}

/// `name (columns) AS query` (sqlite.org/lang_createview.html).
fn view(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    let (mut view, at) = named(cursor, Kind::View, created)?;
    if cursor.sees("(") {
        let mut names = Vec::new();
        for mut item in cursor.parenthesised()?.items() {
            names.push(Name::new(&item.name()?));
        }
        view.set(Attr::ColumnNames, Some(Value::Names(names)));
    }
    cursor.expect("as")?;
    view.set(Attr::Query, Some(Value::sql(rest(cursor))));
    created.objects.push((view, at));
    Ok(())
}

/// A trigger is kept as its whole statement; only the relation that it stands on is looked for
/// (sqlite.org/lang_createtrigger.html).
fn trigger(cursor: &mut Cursor, created: &mut Created) -> Result<(), Fault> {
    let whole = cursor.clone();
    let name = qualified(cursor)?;
    created.temporary |= name.temporary;
    let events = ["delete", "insert", "update"];
    while !events.iter().any(|word| cursor.sees(word)) {
        cursor.take().ok_or_else(|| whole.fault("a trigger needs DELETE, INSERT or UPDATE"))?;
    }
    while !cursor.sees("on") {
        cursor.take().ok_or_else(|| whole.fault("a trigger needs ON and a table"))?;
    }
    cursor.expect("on")?;
    let owner = qualified(cursor)?;
    if !matches!(cursor.rest(), [.., mark, end] if mark.is(";") && end.is("end")) {
        return Err(whole.fault("this trigger has no END"));
    }
    let definition = format!("CREATE TRIGGER {}", text_from(&whole, name.at));
    rest(cursor);
    let key = Key::part(Kind::Trigger, Name::NONE, folded(&owner.written), folded(&name.written));
    created.objects.push((spelled(key, &name.written).with(Attr::Definition, Value::sql(definition)), name.at));
    Ok(())
}

/// What is left, from the token at this byte on.
fn text_from<'t>(cursor: &Cursor<'_, 't>, at: usize) -> &'t str {
    let tokens = cursor.rest();
    let from = tokens.iter().position(|token| token.start >= at).unwrap_or(0);
    cursor.slice(tokens.get(from..).unwrap_or(&[]))
}

/// Everything that is left, as written.
fn rest<'t>(cursor: &mut Cursor<'_, 't>) -> &'t str {
    let text = cursor.rest_text();
    while cursor.take().is_some() {}
    text
}
