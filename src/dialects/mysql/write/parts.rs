//! Parts of a table that is there: columns, keys, foreign keys, checks.

use super::Writer;
use super::fill;
use super::table::marks_history;
use super::text::{self, Extent, name};
use crate::base::Name;
use crate::dialects::mysql::lex::tokens;
use crate::dialects::mysql::types::{self, Class};
use crate::dialects::mysql::{loss, route};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Part, Statement, Value};

pub(super) fn table(part: &Object) -> String {
    name(part.key.owner)
}

/// `FIRST`, `AFTER x`.
pub(super) fn position(column: &Object) -> String {
    match column.text(Attr::Position).map(|place| place.split_once(' ')) {
        Some(Some((_, before))) => format!(" AFTER {}", name(Name::new(before))),
        Some(None) => " FIRST".to_string(),
        None => String::new(),
    }
}

pub(super) fn definition(writer: &Writer, column: &Object, extent: Extent) -> String {
    let inherited = text::table_charset(writer.schema.desired, column.key).filter(|desired| {
        text::table_charset(writer.schema.live, column.key).is_none_or(|live| live == *desired) || changes_first(writer, column.key)
    });
    text::column(column, inherited.as_ref(), extent)
}

/// What a table can only get when its columns are there.
const OF_COLUMNS: &[Attr] = &[Attr::PartitionBy, Attr::Partitions, Attr::Options, Attr::SystemVersioned];

/// Whether the table has its new character set by the time that its columns come and change: one that is cut anew, or gets a period,
/// may have to wait for them.
fn changes_first(writer: &Writer, column: Key) -> bool {
    let table = column.relation();
    let sides = table.and_then(|table| writer.schema.live.get(table).zip(writer.schema.desired.get(table)));
    sides.is_some_and(|(live, desired)| OF_COLUMNS.iter().all(|attr| live.get(*attr) == desired.get(*attr)))
}

/// What gives a new column's rows a value that somebody chose (MySQL Reference Manual, Data Type Default Values).
const GIVEN: &[Attr] = &[Attr::Default, Attr::Generated, Attr::AutoIncrement];

/// Makes a part of a table that is there already; `with` are keys that a new column brings along.
pub fn create(writer: &Writer, part: &Object, with: &[Key]) -> Vec<Statement> {
    let table = table(part);
    let silent = part.key.kind == Kind::Column && part.has(Attr::NotNull) && !GIVEN.iter().any(|attr| part.has(*attr));
    let why = match silent {
        true => format!("{} is new and required, and no default is known: rows that are there silently get 0, '' or its like.", part.key),
        false => format!("{} is new.", part.key),
    };
    let ignored = writer.family.ignored_index.0;
    match part.key.kind {
        // The statement that begins the table's history brings them.
        Kind::Column if marks_history(writer, part) => Vec::new(),
        Kind::Column if part.has(Attr::Fill) => fill::create(writer, part, with),
        Kind::Column => {
            let mut clauses = vec![format!("ADD COLUMN {}{}", definition(writer, part, Extent::Whole), position(part))];
            let carried = with.iter().filter_map(|key| writer.schema.desired.get(*key));
            clauses.extend(carried.map(|key| format!("ADD {}", text::element(key, None, ignored))));
            let sql = format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    "));
            let bare = part.has(Attr::NotNull) && !part.has(Attr::Default);
            // MySQL's own mode has no day zero for the rows that are there (MySQL Reference Manual, NO_ZERO_DATE).
            let dated = matches!(types::class(part.text(Attr::Type).unwrap_or("")), Class::Date | Class::DateTime);
            let fails = bare && (with.iter().any(|key| key.kind == Kind::ForeignKey) || (dated && !writer.family.guards));
            let statement = Statement::new(sql, why);
            vec![if fails { statement.hazard(Hazard::MayFail) } else { statement }]
        }
        Kind::ForeignKey | Kind::Check => {
            let (mut clauses, mut why) = (Vec::new(), why);
            if let Some(index) = route::displaced(part, writer.schema) {
                clauses = said_anew(writer, index);
                why.push_str(" Its index is said anew, so that it stays under its name; none is built.");
            }
            clauses.push(format!("ADD {}", text::element(part, None, ignored)));
            let sql = format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    "));
            unchecked(writer, &[part], Statement::new(sql, why).hazard(Hazard::MayFail))
        }
        _ => key(writer, part, why),
    }
}

/// A foreign key to a table that is not there is only taken where foreign keys are not checked
/// (MySQL Reference Manual, foreign_key_checks). What is there of another database nobody can tell from here: the server is to look.
pub fn unchecked(writer: &Writer, parts: &[&Object], statement: Statement) -> Vec<Statement> {
    let dangles = |target: Key| target.namespace.is_none() && !writer.schema.desired.contains(target);
    let Some(target) = parts.iter().filter_map(|part| part.key_of(Attr::References)).find(|target| dangles(*target)) else {
        return vec![statement];
    };
    let why = format!("{target} is not there: rows that refer to it cannot come before it does, and the server is not to look for it now.");
    vec![
        Statement::new("SET @foreign_key_checks_before = @@foreign_key_checks, foreign_key_checks = 0", why),
        statement,
        Statement::new("SET foreign_key_checks = @foreign_key_checks_before", "Foreign keys are checked as before."),
    ]
}

/// ADD of a key, with the column that waits for it to count.
fn key(writer: &Writer, part: &Object, why: String) -> Vec<Statement> {
    if route::makes_room(part.key, writer.schema) || route::inherits(part, writer.schema) {
        // The statement that takes the key which this one replaces makes it too.
        return Vec::new();
    }
    let mut clauses = Vec::new();
    add(writer, part, &mut clauses);
    let why = explained(writer, part, why);
    let statement = Statement::new(format!("ALTER TABLE {}\n    {}", table(part), clauses.join(",\n    ")), why);
    let unique = part.has(Attr::Unique) || part.key.kind == Kind::PrimaryKey;
    vec![if unique { statement.hazard(Hazard::MayFail) } else { statement }]
}

/// The clauses that take an index and bring it again as it is: none is built, and it is not the server's own any more.
fn said_anew(writer: &Writer, index: &Object) -> Vec<String> {
    vec![format!("DROP INDEX {}", name(index.key.name)), format!("ADD {}", text::key(index, writer.family.ignored_index.0))]
}

/// The reason with that for the indexes that a new key's statement says anew.
fn explained(writer: &Writer, key: &Object, why: String) -> String {
    match route::overtaken(key, writer.schema).first() {
        Some(index) => format!("{why} {} is said anew: had the server made it for a foreign key, it would go without a word.", index.key),
        None => why,
    }
}

/// Adds the clauses that bring a key to a table that is there.
fn add(writer: &Writer, key: &Object, clauses: &mut Vec<String>) {
    for anew in route::overtaken(key, writer.schema).into_iter().map(|index| said_anew(writer, index)) {
        if !anew.iter().any(|clause| clauses.contains(clause)) {
            clauses.extend(anew);
        }
    }
    clauses.push(format!("ADD {}", text::key(key, writer.family.ignored_index.0)));
    clauses.extend(counter(writer, key));
}

/// The MODIFY that makes a column count, where its key comes with this statement.
fn counter(writer: &Writer, key: &Object) -> Option<String> {
    let column = route::counter_of(key, writer.schema.desired)?;
    let waits = writer.schema.live.get(column.key).is_some_and(|live| !live.has(Attr::AutoIncrement));
    waits.then(|| format!("MODIFY COLUMN {}", definition(writer, column, Extent::Whole)))
}

/// Unmakes a part of a table that stays.
pub fn drop(writer: &Writer, part: &Object) -> Vec<Statement> {
    let table = table(part);
    let own = name(part.key.name);
    let why = format!("{} is not wanted.", part.key);
    let clause = match part.key.kind {
        // The statement that ends the table's history takes them.
        Kind::Column if marks_history(writer, part) => return Vec::new(),
        Kind::Column => {
            let desired = writer.schema.desired.get(part.key);
            // A virtual column has no values to keep: made anew as a plain one it is empty.
            let settles = desired.is_some_and(|desired| !desired.has(Attr::GeneratedAs));
            let why = match desired {
                None => why,
                Some(_) if settles => format!("{} is made anew; its values, which were computed, go with it.", part.key),
                Some(_) => format!("{} is made anew.", part.key),
            };
            let statement = Statement::new(format!("ALTER TABLE {table}\n    DROP COLUMN {own}"), why);
            let computed = part.has(Attr::GeneratedAs) && !settles;
            return vec![if computed { statement } else { statement.hazard(Hazard::Drop) }];
        }
        Kind::ForeignKey => format!("DROP FOREIGN KEY {own}"),
        Kind::Check => format!("DROP CONSTRAINT {own}"),
        Kind::PrimaryKey => "DROP PRIMARY KEY".to_string(),
        _ => return drop_index(writer, part, why),
    };
    let mut clauses = vec![clause];
    clauses.extend(released(writer, part));
    inherit(writer, part, &mut clauses);
    vec![Statement::new(format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    ")), why)]
}

fn drop_index(writer: &Writer, part: &Object, why: String) -> Vec<Statement> {
    let (table, own) = (table(part), name(part.key.name));
    let mut clauses = released(writer, part);
    let successor = route::successor(part.key, writer.schema).and_then(|key| writer.schema.desired.get(key));
    if let Some(successor) = successor {
        // In one statement: the foreign key on these columns is served before and after.
        clauses.push(format!("DROP INDEX {own}"));
        add(writer, successor, &mut clauses);
    } else if route::heir(part, writer.schema).is_some() {
        clauses.push(format!("DROP INDEX {own}"));
        inherit(writer, part, &mut clauses);
    } else {
        let guard = if writer.family.guards { "IF EXISTS " } else { "" };
        clauses.push(format!("DROP INDEX {guard}{own}"));
    }
    vec![Statement::new(format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    ")), why)]
}

/// The MODIFYs of columns that a key lets go in this statement: one that counts no more, those that may be null again.
fn released(writer: &Writer, key: &Object) -> Vec<String> {
    let Some(relation) = key.key.relation() else { return Vec::new() };
    let counter = route::counter_of(key, writer.schema.live).map(|column| column.key);
    let primary = key.key.kind == Kind::PrimaryKey;
    let listed = key.names(Attr::Columns).iter().copied().chain(key.parts(Attr::Parts).iter().filter_map(Part::name));
    let columns = listed.filter(|_| primary).map(|name| relation.child(Kind::Column, name));
    let mut clauses = Vec::new();
    for column in counter.into_iter().chain(columns.filter(|column| Some(*column) != counter)) {
        let Some(live) = writer.schema.live.get(column) else { continue };
        let target = writer.schema.desired.get(column);
        let stops = Some(column) == counter && target.is_none_or(|target| !target.has(Attr::AutoIncrement));
        let opens = target.is_some_and(|target| !target.has(Attr::NotNull) && !route::is_made_anew(Pair::new(live, target)));
        if stops || opens {
            let inherited = text::table_charset(writer.schema.live, column);
            clauses.push(format!("MODIFY COLUMN {}", text::column(target.unwrap_or(live), inherited.as_ref(), Extent::WithoutCounter)));
        }
    }
    clauses
}

/// Adds the clauses that make the key which takes this one's place under a counting column or a foreign key. Where that one changes for it,
/// another may have to take the place that it leaves.
fn inherit(writer: &Writer, gone: &Object, clauses: &mut Vec<String>) {
    let (mut heirs, mut gone) = (vec![gone.key], Some(gone));
    while let Some(heir) = gone.and_then(|gone| route::heir(gone, writer.schema)).filter(|heir| !heirs.contains(&heir.key)) {
        heirs.push(heir.key);
        gone = writer.schema.live.get(heir.key);
        if let Some(before) = gone {
            let primary = heir.key.kind == Kind::PrimaryKey;
            clauses.push(if primary { "DROP PRIMARY KEY".to_string() } else { format!("DROP INDEX {}", name(heir.key.name)) });
            clauses.extend(released(writer, before));
        }
        add(writer, heir, clauses);
    }
}

/// MariaDB looks at no row when a check comes with MODIFY, and lets stand what breaks it, except where it copies the rows
/// (measured on 10.11).
pub const COPY: &str = ",\n    ALGORITHM=COPY";

/// Changes a part in place.
pub fn alter(writer: &Writer, live: &Object, desired: &Object, attrs: &[Attr]) -> Vec<Statement> {
    let table = table(desired);
    let why = format!("{} changes: {}.", desired.key, writer.labels(attrs));
    if desired.key.kind == Kind::Column {
        if attrs == [Attr::NotNull] && route::opens_with_key(desired, writer.schema) {
            return Vec::new();
        }
        // What changes beside comes before the statement that takes the column out of a key that stays, and opens it; a key that goes
        // is gone by then.
        let closed = desired.clone().with(Attr::NotNull, Value::Flag);
        let primary = desired.key.relation().map(|table| table.child(Kind::PrimaryKey, Name::new("PRIMARY")));
        let stays = primary.is_some_and(|key| writer.schema.desired.contains(key));
        let desired = if stays && route::opens_with_key(desired, writer.schema) { &closed } else { desired };
        let waits = route::waits_for_key(desired, live, writer.schema);
        let extent = if waits { Extent::WithoutCounter } else { Extent::Whole };
        if waits && attrs == [Attr::AutoIncrement] {
            return Vec::new();
        }
        let looked = if writer.family.sequences && desired.has(Attr::Expression) && attrs.contains(&Attr::Expression) { COPY } else { "" };
        let sql = format!("ALTER TABLE {table}\n    MODIFY COLUMN {}{}{looked}", definition(writer, desired, extent), position(desired));
        let strict = attrs.contains(&Attr::NotNull) && desired.has(Attr::NotNull);
        let computed = attrs.contains(&Attr::GeneratedAs);
        let mut statement = Statement::new(sql, why);
        if strict || computed || !looked.is_empty() {
            statement = statement.hazard(Hazard::MayFail);
        }
        if loss::loses(live, desired, writer.family) {
            statement.why += &format!(" What it does not hold of the values of {} is cut off.", live.text(Attr::Type).unwrap_or("before"));
            statement = statement.hazard(Hazard::Drop);
        }
        let filled = fill::update(desired).filter(|_| strict);
        return filled.into_iter().chain([statement]).collect();
    }
    if attrs == [Attr::Invisible] {
        let (hide, show) = writer.family.ignored_index;
        let state = if desired.has(Attr::Invisible) { hide } else { show };
        return vec![Statement::new(format!("ALTER TABLE {table}\n    ALTER INDEX {} {state}", name(desired.key.name)), why)];
    }
    if route::inherits(desired, writer.schema) {
        return Vec::new();
    }
    if attrs == [Attr::Options] && desired.key.kind == Kind::Index && !writer.family.guards {
        return under_spare_name(writer, desired, why);
    }
    let dropped =
        if desired.key.kind == Kind::PrimaryKey { "DROP PRIMARY KEY".to_string() } else { format!("DROP INDEX {}", name(live.key.name)) };
    let mut clauses = vec![dropped];
    clauses.extend(released(writer, live));
    add(writer, desired, &mut clauses);
    inherit(writer, live, &mut clauses);
    let sql = format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    "));
    vec![Statement::new(sql, explained(writer, desired, why))]
}

/// MySQL takes an index that goes and comes under one name for the same as long as its columns are, and keeps its old block size
/// (measured on 9.7): the new one is made under another name first.
fn under_spare_name(writer: &Writer, index: &Object, why: String) -> Vec<Statement> {
    let (table, own) = (table(index), name(index.key.name));
    let mut spare = index.clone();
    spare.key.name = Name::new(&format!("amend_{}", index.key.name));
    let (new, aside) = (text::key(&spare, writer.family.ignored_index.0), name(spare.key.name));
    vec![
        Statement::new(format!("ALTER TABLE {table}\n    ADD {new},\n    DROP INDEX {own}"), why),
        Statement::new(format!("ALTER TABLE {table}\n    RENAME INDEX {aside} TO {own}"), "It takes the name of the old one."),
    ]
}

/// Gives a part another name.
pub fn rename(writer: &Writer, part: &Object, to: Name) -> Vec<Statement> {
    let table = table(part);
    let (from, new) = (name(part.key.name), name(to));
    let why = format!("{} gets the name {to}.", part.key);
    let sql = match part.key.kind {
        Kind::Column => {
            let (before, after) = tied(writer, part, to);
            let renaming = [format!("RENAME COLUMN {from} TO {new}")];
            let clauses: Vec<String> = before.into_iter().chain(renaming).chain(after).collect();
            format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    "))
        }
        Kind::Index => format!("ALTER TABLE {table}\n    RENAME INDEX {from} TO {new}"),
        _ => {
            let mut renamed = part.clone();
            renamed.key.name = to;
            let mut statements = drop(writer, part);
            let element = text::element(&renamed, None, writer.family.ignored_index.0);
            statements.push(Statement::new(format!("ALTER TABLE {table}\n    ADD {element}"), why));
            return statements;
        }
    };
    vec![Statement::new(sql, why)]
}

/// The clauses before and behind RENAME COLUMN for what is computed from the column: MySQL renames one only where the same
/// statement says that anew (MySQL Reference Manual, ALTER TABLE, Renaming Columns).
fn tied(writer: &Writer, column: &Object, to: Name) -> (Vec<String>, Vec<String>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let Some(table) = column.key.relation().filter(|_| !writer.family.guards) else { return (before, after) };
    let speaks = |text: &str| tokens(text, writer.family).iter().any(|token| token.content().eq_ignore_ascii_case(to.as_str()));
    for part in writer.schema.live.all_parts(table) {
        let computed = [Attr::Generated, Attr::Expression, Attr::Default].into_iter().filter_map(|attr| part.text(attr)).any(speaks);
        let keyed = part.parts(Attr::Parts).iter().any(|one| matches!(&one.target, PartTarget::Expression(text) if speaks(&text.text)));
        match part.key.kind {
            Kind::Check if computed => {
                before.push(format!("DROP CONSTRAINT {}", name(part.key.name)));
                after.push(format!("ADD {}", text::check(part)));
            }
            Kind::Column if computed => {
                let inherited = text::table_charset(writer.schema.live, part.key);
                after.push(format!("MODIFY COLUMN {}", text::column(part, inherited.as_ref(), Extent::Whole)));
            }
            Kind::Index if keyed => {
                before.push(format!("DROP INDEX {}", name(part.key.name)));
                after.push(format!("ADD {}", text::key(part, writer.family.ignored_index.0)));
            }
            _ => {}
        }
    }
    (before, after)
}
