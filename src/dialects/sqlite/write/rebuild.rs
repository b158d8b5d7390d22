//! The rebuild of a table: made under a spare name, filled, put in the place of the old one
//! (sqlite.org/lang_altertable.html, section 7). Its indexes and triggers are steps of their own, after it.

use crate::base::Name;
use crate::dialects::Refusal;
use crate::dialects::sqlite::affinity::Affinity;
use crate::dialects::sqlite::lexer::{Class, tokens};
use crate::dialects::sqlite::names;
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement};

use super::{named, table, virtual_table};

/// The two versions of a table that is rebuilt.
struct Rebuild<'a> {
    schema: Pair<&'a Schema<Canonical>>,
    table: Pair<&'a Object>,
}

/// One column that is filled, and the expression that fills it.
struct Filled {
    target: String,
    source: String,
}

/// The statements of a rebuild.
pub fn write(key: Key, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let (Some(live), Some(desired)) = (schema.live.get(key), schema.desired.get(key)) else {
        return Err(Refusal { key, span: None, message: format!("{key} is not on both sides"), help: String::new() });
    };
    if key.kind == Kind::VirtualTable {
        return Ok(virtual_table::rebuild(key, Pair::new(live, desired), schema));
    }
    let rebuild = Rebuild { schema, table: Pair::new(live, desired) };
    let spare = spare_name(schema, key.name);
    let quoted = names::quoted(&spare);
    let mut statements = vec![
        Statement::new(
            table::create(schema.desired, desired, &quoted),
            format!("{} changes as ALTER TABLE cannot: it is made anew, filled, and takes the old one's place.", named(key)),
        )
        .hazard(Hazard::Rewrite)
        .hazard(Hazard::Rebuild),
    ];
    statements.extend(rebuild.copy(&quoted));
    if rebuild.counts_on() {
        statements.extend(keep_sequence(live, &spare));
    }
    statements.extend(swap(rebuild.table, &quoted));
    Ok(statements)
}

/// The new table takes the place of the old one. Views and triggers that speak of it are read again after the change; until
/// then the engine must not ask them, nor let references follow the spare name.
pub fn swap(table: Pair<&Object>, spare: &str) -> Vec<Statement> {
    vec![
        Statement::new(format!("DROP TABLE {}", names::own(table.live)), "The rows are in the new table."),
        Statement::new("PRAGMA legacy_alter_table = ON", "Texts that speak of the table stay as they are."),
        Statement::new(format!("ALTER TABLE {spare} RENAME TO {}", names::own(table.desired)), ""),
        Statement::new("PRAGMA legacy_alter_table = OFF", ""),
    ]
}

/// A name that no relation of either side bears.
pub fn spare_name(schema: Pair<&Schema<Canonical>>, name: Name) -> String {
    let taken = |name: &str| {
        let key = Key::new(Kind::Table, Name::NONE, names::folded(name));
        schema.live.resolve(key).or_else(|| schema.desired.resolve(key)).is_some()
    };
    let mut spare = format!("amend_new_{name}");
    while taken(&spare) {
        spare.push('_');
    }
    spare
}

/// The AUTOINCREMENT counter goes to the new table, so that no number is given twice (sqlite.org/autoinc.html).
fn keep_sequence(live: &Object, spare: &str) -> Vec<Statement> {
    let (old, new) = (names::literal(live.text(Attr::Spelling).unwrap_or(live.key.name.as_str())), names::literal(spare));
    vec![
        Statement::new(format!("DELETE FROM sqlite_sequence WHERE name = {new}"), "The counter of AUTOINCREMENT is kept."),
        Statement::new(
            format!("INSERT INTO sqlite_sequence (name, seq)\nSELECT {new}, seq FROM sqlite_sequence WHERE name = {old} COLLATE NOCASE"),
            "",
        ),
    ]
}

impl Rebuild<'_> {
    /// Both versions have AUTOINCREMENT.
    fn counts_on(&self) -> bool {
        let counts = |schema: &Schema<Canonical>, key: Key| table::primary_key(schema, key).is_some_and(|key| key.has(Attr::AutoIncrement));
        counts(self.schema.live, self.table.live.key) && counts(self.schema.desired, self.table.desired.key)
    }

    fn columns(&self) -> Pair<Vec<&Object>> {
        Pair::new(self.schema.live.columns(self.table.live.key), self.schema.desired.columns(self.table.desired.key))
    }

    /// INSERT … SELECT of what both versions have. Where that is nothing, rows cannot go along, and the guard stops the
    /// script if there are any.
    fn copy(&self, spare: &str) -> Vec<Statement> {
        let columns = self.columns();
        let mut filled: Vec<Filled> = self.rowid(&columns).into_iter().collect();
        let mut notes: Vec<String> = Vec::new();
        let mut may_fail = false;
        for column in columns.desired.iter().filter(|column| !column.has(Attr::Generated)) {
            let live = columns.live.iter().find(|live| live.key.name == column.key.name);
            match live {
                Some(live) => filled.push(self.filled(live, column)),
                None => match column.text(Attr::Fill) {
                    Some(fill) => filled.push(Filled { target: names::own(column), source: fill.to_owned() }),
                    None => may_fail |= column.has(Attr::NotNull) && !column.has(Attr::Default),
                },
            }
        }
        let losses = losses(&columns);
        may_fail |= self.may_fail(&columns);
        notes.extend(losses.iter().map(|loss| format!("Lost: {loss}.")));
        if filled.is_empty() {
            return Vec::new();
        }
        let list = |pick: fn(&Filled) -> &str| filled.iter().map(pick).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO {spare} ({})\nSELECT {}\nFROM {}",
            list(|filled| &filled.target),
            list(|filled| &filled.source),
            names::own(self.table.live)
        );
        notes.insert(0, "Every row goes along; a row that the new definition does not take stops the script.".to_owned());
        let statement = Statement::new(sql, notes.join("\n"));
        let statement = if may_fail { statement.hazard(Hazard::MayFail) } else { statement };
        vec![if losses.is_empty() { statement } else { statement.hazard(Hazard::Drop) }]
    }

    /// The rowid goes along where both versions have one and no column of the new version stands for it.
    fn rowid(&self, columns: &Pair<Vec<&Object>>) -> Option<Filled> {
        if self.table.live.has(Attr::WithoutRowid) || self.table.desired.has(Attr::WithoutRowid) {
            return None;
        }
        let source = free_rowid(&columns.live)?;
        match self.alias() {
            None => Some(Filled { target: free_rowid(&columns.desired)?.to_owned(), source: source.to_owned() }),
            Some(alias) => {
                let new = !columns.live.iter().any(|live| live.key.name == alias.key.name);
                new.then(|| Filled { target: names::own(alias), source: source.to_owned() })
            }
        }
    }

    /// The column of the new version that is another name of the rowid.
    fn alias(&self) -> Option<&Object> {
        let key = table::primary_key(self.schema.desired, self.table.desired.key)?;
        let [name] = key.names(Attr::Columns) else { return None };
        let column = self.schema.desired.get(self.table.desired.key.child(Kind::Column, *name))?;
        column.text(Attr::Type).is_some_and(|r#type| r#type.eq_ignore_ascii_case("integer")).then_some(column)
    }

    /// A column's old value; its default, or what is known for the rows, where the old value is NULL and may not be so any more.
    fn filled(&self, live: &Object, desired: &Object) -> Filled {
        let source = names::own(live);
        let tightened = desired.has(Attr::NotNull) && !live.has(Attr::NotNull);
        let default = desired.text(Attr::Default).map(value_of_default);
        let default = default.or(desired.text(Attr::Fill).map(str::to_owned)).filter(|_| tightened);
        let source = default.map_or(source.clone(), |default| format!("coalesce({source}, {default})"));
        Filled { target: names::own(desired), source }
    }

    /// Whether rows that the old version took may be refused by the new one.
    fn may_fail(&self, columns: &Pair<Vec<&Object>>) -> bool {
        let tightened = columns.desired.iter().any(|column| {
            let live = columns.live.iter().find(|live| live.key.name == column.key.name);
            live.is_some_and(|live| column.has(Attr::NotNull) && !live.has(Attr::NotNull) && !has_value(column))
        });
        let constrained = table::constraints(self.schema.desired, self.table.desired.key)
            .iter()
            .any(|part| self.schema.live.get(part.key).is_none_or(|live| !live.differing(part).is_empty()));
        tightened || constrained || (self.table.desired.has(Attr::Strict) && !self.table.live.has(Attr::Strict))
    }
}

/// Whether rows without a value get one.
fn has_value(column: &Object) -> bool {
    column.has(Attr::Default) || column.has(Attr::Fill)
}

/// The first of the rowid's names that no column hides (sqlite.org/rowidtable.html).
fn free_rowid(columns: &[&Object]) -> Option<&'static str> {
    ["rowid", "_rowid_", "oid"].into_iter().find(|name| !columns.iter().any(|column| column.key.name.as_str() == *name))
}

/// A default as an expression: a bare or double-quoted word is a text there, and a name elsewhere.
fn value_of_default(default: &str) -> String {
    let constants = ["null", "true", "false", "current_time", "current_date", "current_timestamp"];
    match tokens(default).as_slice() {
        [word] if matches!(word.class, Class::Word | Class::DoubleQuoted | Class::Quoted) => {
            let text = word.name().unwrap_or_default();
            let constant = word.class == Class::Word && constants.iter().any(|constant| text.eq_ignore_ascii_case(constant));
            if constant { text.into_owned() } else { names::literal(&text) }
        }
        _ => default.to_owned(),
    }
}

/// What a rebuild cannot keep, in words.
fn losses(columns: &Pair<Vec<&Object>>) -> Vec<String> {
    let mut losses = Vec::new();
    for live in &columns.live {
        let computed = live.has(Attr::Generated);
        match columns.desired.iter().find(|desired| desired.key.name == live.key.name) {
            None if computed => {}
            None => losses.push(format!("the values of {}", live.key.name)),
            Some(desired) if desired.has(Attr::Generated) && computed => {}
            Some(desired) if desired.has(Attr::Generated) => losses.push(format!("the values of {}, which is computed now", live.key.name)),
            Some(desired) => losses.extend(cast_loss(live, desired)),
        }
    }
    losses
}

/// What a column's new type does to values of the old one.
fn cast_loss(live: &Object, desired: &Object) -> Option<String> {
    let affinity = Pair::new(live, desired).map(|column| Affinity::of(column.text(Attr::Type).unwrap_or("")));
    affinity.live.loses_in(affinity.desired).then(|| {
        let types = Pair::new(live, desired).map(|column| column.text(Attr::Type).unwrap_or("no type"));
        format!("the exact form of values of {} that {} does not hold ({} before)", live.key.name, types.desired, types.live)
    })
}
