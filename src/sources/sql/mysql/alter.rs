//! ALTER statements.

use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

use super::{column, database, defaults_of_database, head, index, options, partition, renames, routine, sequence, table, table_key, view};

/// Reads what follows ALTER.
pub fn alter(statement: &mut Statement<'_, '_>, family: &'static Family) -> Read<Outcome> {
    if statement.accept(&["DATABASE"]) || statement.accept(&["SCHEMA"]) {
        // A name may be missing: then the default database is meant.
        let keyword = ["CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "READ", "COMMENT"].iter().any(|word| statement.is(0, word));
        if !keyword {
            statement.ident()?;
        }
        return defaults_of_database(statement);
    }
    if statement.accept(&["SEQUENCE"]) {
        return sequence::alter(statement);
    }
    if statement.accept(&["USER"]) || statement.accept(&["SERVER"]) || statement.accept(&["INSTANCE"]) {
        return Ok(Outcome::Ignored("server"));
    }
    let mark = statement.mark();
    let head = head(statement)?;
    if statement.is(0, "VIEW") {
        return view::alter(statement, &head);
    }
    if statement.accept(&["EVENT"]) {
        return routine::alter_event(statement, &head);
    }
    if let Some(kind) = statement.accept_row(&[("PROCEDURE", Kind::Procedure), ("FUNCTION", Kind::Function)]) {
        return routine::alter(statement, kind);
    }
    statement.rewind(mark);
    statement.accept(&["ONLINE"]);
    statement.accept(&["IGNORE"]);
    statement.expect(&["TABLE"])?;
    alter_table(statement, family)
}

struct Alter {
    table: Key,
    family: &'static Family,
    /// Nothing in the statement has an effect on a schema.
    idle: bool,
    /// The part without which the clause has no effect: `MODIFY COLUMN IF EXISTS`.
    given: Option<Key>,
}

fn alter_table(statement: &mut Statement<'_, '_>, family: &'static Family) -> Read<Outcome> {
    let start = statement.mark();
    let lenient = statement.accept(&["IF", "EXISTS"]);
    let table = table_key(statement)?;
    let mut alter = Alter { table, family, idle: true, given: None };
    let first = statement.effects.ops.len();
    statement.accept_row(&[("WAIT", ()), ("NOWAIT", ())]);
    while !statement.at_end() {
        let (mark, before) = (statement.mark(), statement.effects.ops.len());
        alter.clause(statement)?;
        if let Some(key) = alter.given.take() {
            statement.only_where(key, mark, before);
        }
        if !statement.accept(&[","]) && !statement.at_end() && !statement.is(0, "PARTITION") && !alter.continues(statement) {
            return Err(statement.fault("not understood"));
        }
    }
    renames::apart(statement, first);
    if lenient {
        statement.only_where(table, start, first);
    }
    Ok(if alter.idle { Outcome::Ignored("server") } else { Outcome::Modelled })
}

/// Clauses without an effect on a schema, with the number of words that follow each.
const IDLE: &[(&str, usize)] = &[
    ("DISABLE KEYS", 0),
    ("ENABLE KEYS", 0),
    ("DISCARD TABLESPACE", 0),
    ("IMPORT TABLESPACE", 0),
    ("FORCE", 0),
    ("WITH VALIDATION", 0),
    ("WITHOUT VALIDATION", 0),
    ("ANALYZE PARTITION", 1),
    ("CHECK PARTITION", 1),
    ("OPTIMIZE PARTITION", 1),
    ("REBUILD PARTITION", 1),
    ("REPAIR PARTITION", 1),
    ("TRUNCATE PARTITION", 1),
    ("EXCHANGE PARTITION", 4),
];

impl Alter {
    /// Options follow each other with or without commas.
    fn continues(&self, statement: &mut Statement<'_, '_>) -> bool {
        let mark = statement.mark();
        let option = options::table_option(statement).is_ok_and(|option| option.is_some());
        statement.rewind(mark);
        option
    }

    fn push(&mut self, statement: &mut Statement<'_, '_>, mark: usize, op: Op) {
        self.idle = false;
        statement.push_from(mark, op);
    }

    fn clause(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        if let Some(words) = statement.accept_row(IDLE) {
            (0..words).for_each(|_| statement.skip());
            while words == 1 && statement.accept(&[","]) {
                statement.ident()?;
            }
            return Ok(());
        }
        if statement.accept(&["ALGORITHM"]) || statement.accept(&["LOCK"]) {
            statement.accept(&["="]);
            return statement.literal().map(drop);
        }
        if statement.accept(&["ORDER", "BY"]) {
            return statement.slice_through_commas(&[]).map(drop);
        }
        let mark = statement.mark();
        if statement.accept(&["ADD"]) {
            return self.add(statement, mark);
        }
        if statement.accept(&["DROP"]) {
            return self.drop(statement, mark);
        }
        if statement.accept(&["MODIFY"]) {
            statement.accept(&["COLUMN"]);
            let name = self.named(statement, Kind::Column)?;
            return self.redefine(statement, mark, name);
        }
        if statement.accept(&["CHANGE"]) {
            return self.change(statement, mark);
        }
        if statement.accept(&["ALTER"]) {
            return self.alter(statement, mark);
        }
        if statement.accept(&["RENAME"]) {
            return self.rename(statement, mark);
        }
        self.whole(statement, mark)
    }

    /// The name of a part, which need not be there behind IF EXISTS (MariaDB, ALTER TABLE).
    fn named(&mut self, statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Name> {
        let lenient = statement.accept(&["IF", "EXISTS"]);
        let name = statement.ident()?;
        self.given = lenient.then(|| self.table.child(kind, name));
        Ok(name)
    }

    fn add(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        if statement.accept(&["PARTITION"]) {
            let added = partition::added(statement, self.table)?;
            added.into_iter().for_each(|op| self.push(statement, mark, op));
            return Ok(());
        }
        if statement.accept(&["SYSTEM", "VERSIONING"]) {
            self.push(statement, mark, Op::set(self.table, Attr::SystemVersioned, Some(Value::Flag)));
            return Ok(());
        }
        if statement.accept(&["PERIOD", "FOR"]) {
            let (name, columns) = table::period_text(statement)?;
            let edit = Edit::SetOptions([(name, columns)].into());
            self.push(statement, mark, Op::Edit { key: self.table, attr: Attr::Options, edit });
            return Ok(());
        }
        if index::starts_element(statement) {
            let (object, guard) = index::element(statement, self.table)?;
            self.push(statement, mark, Op::Create { object, guard });
            return Ok(());
        }
        statement.accept(&["COLUMN"]);
        let guard = if statement.accept(&["IF", "NOT", "EXISTS"]) { Guard::Lenient } else { Guard::Strict };
        if statement.accept(&["("]) {
            loop {
                self.add_column(statement, mark, guard)?;
                if statement.accept(&[")"]) {
                    return Ok(());
                }
                statement.expect(&[","])?;
            }
        }
        self.add_column(statement, mark, guard)
    }

    fn add_column(&mut self, statement: &mut Statement<'_, '_>, mark: usize, guard: Guard) -> Read<()> {
        if index::starts_element(statement) {
            let (object, guard) = index::element(statement, self.table)?;
            self.push(statement, mark, Op::Create { object, guard });
            return Ok(());
        }
        let name = statement.ident()?;
        let mut column = column::column(statement, self.table, name, self.family)?;
        column.object.set(Attr::Position, position(statement)?);
        self.push(statement, mark, Op::Create { object: column.object, guard });
        for part in column.beside {
            self.push(statement, mark, Op::Create { object: part, guard });
        }
        Ok(())
    }

    /// MODIFY and CHANGE say everything about a column anew; what they do not say does not hold.
    fn redefine(&mut self, statement: &mut Statement<'_, '_>, mark: usize, name: Name) -> Read<()> {
        let column = column::column(statement, self.table, name, self.family)?;
        let position = position(statement)?;
        for spec in crate::ir::attr::ATTRS.iter().filter(|spec| OF_COLUMNS.contains(&spec.attr)) {
            let value = column.object.get(spec.attr).cloned();
            self.push(statement, mark, Op::set(column.object.key, spec.attr, value));
        }
        if position.is_some() {
            self.push(statement, mark, Op::set(column.object.key, Attr::Position, position));
        }
        for part in column.beside {
            self.push(statement, mark, Op::create(part));
        }
        Ok(())
    }

    fn change(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        statement.accept(&["COLUMN"]);
        let from = self.named(statement, Kind::Column)?;
        let to = statement.ident()?;
        if from != to {
            self.push(statement, mark, Op::Rename { key: self.table.child(Kind::Column, from), to });
        }
        self.redefine(statement, mark, to)
    }

    fn drop(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        const PARTS: &[(&str, Kind)] = &[
            ("FOREIGN KEY", Kind::ForeignKey),
            ("INDEX", Kind::Index),
            ("KEY", Kind::Index),
            ("CHECK", Kind::Check),
            ("PARTITION", Kind::Partition),
            ("COLUMN", Kind::Column),
        ];
        if statement.accept(&["PRIMARY", "KEY"]) {
            self.push(statement, mark, Op::drop(self.table.child(Kind::PrimaryKey, Name::new("PRIMARY"))));
            return Ok(());
        }
        if statement.accept(&["SYSTEM", "VERSIONING"]) {
            self.push(statement, mark, Op::set(self.table, Attr::SystemVersioned, None));
            return Ok(());
        }
        if statement.accept(&["PERIOD", "FOR"]) {
            let edit = Edit::ResetOptions(vec![table::period_option(statement.ident()?)]);
            self.push(statement, mark, Op::Edit { key: self.table, attr: Attr::Options, edit });
            return Ok(());
        }
        let constraint = statement.accept(&["CONSTRAINT"]);
        let kind = if constraint { Kind::Check } else { statement.accept_row(PARTS).unwrap_or(Kind::Column) };
        let guard = if statement.accept(&["IF", "EXISTS"]) { Guard::Lenient } else { Guard::Strict };
        loop {
            let name = statement.ident()?;
            let named = if constraint && name.as_str() == "PRIMARY" { Kind::PrimaryKey } else { kind };
            self.push(statement, mark, Op::Drop { key: self.table.child(named, name), guard, cascade: false });
            if kind != Kind::Partition || !statement.is(0, ",") {
                break;
            }
            statement.skip();
        }
        statement.accept_row(&[("RESTRICT", ()), ("CASCADE", ())]);
        Ok(())
    }

    /// `ALTER COLUMN c SET DEFAULT`, `ALTER INDEX i INVISIBLE`, `ALTER CHECK c NOT ENFORCED`.
    fn alter(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        if statement.accept(&["INDEX"]) || statement.accept(&["KEY"]) {
            let name = self.named(statement, Kind::Index)?;
            let key = self.table.child(Kind::Index, name);
            const STATES: &[(&str, bool)] = &[("INVISIBLE", true), ("IGNORED", true), ("VISIBLE", false), ("NOT IGNORED", false)];
            let hidden = statement.accept_row(STATES).ok_or_else(|| statement.fault("expected VISIBLE or INVISIBLE"))?;
            self.push(statement, mark, Op::set(key, Attr::Invisible, hidden.then_some(Value::Flag)));
            return Ok(());
        }
        if statement.accept(&["CHECK"]) || statement.accept(&["CONSTRAINT"]) {
            let key = self.table.child(Kind::Check, statement.ident()?);
            let enforced = index::enforced(statement);
            self.push(statement, mark, Op::set(key, Attr::NotEnforced, (!enforced).then_some(Value::Flag)));
            return Ok(());
        }
        statement.accept(&["COLUMN"]);
        let name = self.named(statement, Kind::Column)?;
        let key = self.table.child(Kind::Column, name);
        if statement.accept(&["DROP", "DEFAULT"]) {
            self.push(statement, mark, Op::set(key, Attr::Default, None));
        } else if let Some(hidden) = statement.accept_row(&[("SET INVISIBLE", true), ("SET VISIBLE", false)]) {
            self.push(statement, mark, Op::set(key, Attr::Invisible, hidden.then_some(Value::Flag)));
        } else {
            statement.expect(&["SET", "DEFAULT"])?;
            let text = statement.slice_until(&[])?;
            self.push(statement, mark, Op::set(key, Attr::Default, Some(Value::sql(text))));
        }
        Ok(())
    }

    fn rename(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        let kind = statement.accept_row(&[("COLUMN", Kind::Column), ("INDEX", Kind::Index), ("KEY", Kind::Index)]);
        if let Some(kind) = kind {
            let from = self.named(statement, kind)?;
            statement.expect(&["TO"])?;
            let to = statement.ident()?;
            self.push(statement, mark, Op::Rename { key: self.table.child(kind, from), to });
            return Ok(());
        }
        statement.accept_row(&[("TO", ()), ("AS", ()), ("=", ())]);
        let to = table_key(statement)?;
        let op = database::rename(statement, self.table, to)?;
        self.push(statement, mark, op);
        self.table.name = to.name;
        Ok(())
    }

    /// Clauses about the whole table.
    fn whole(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        if statement.accept(&["CONVERT", "TO"]) {
            return self.convert(statement, mark);
        }
        if let Some(ops) = partition::altered(statement, self.table)? {
            ops.into_iter().for_each(|op| self.push(statement, mark, op));
            return Ok(());
        }
        match options::table_option(statement)? {
            Some(option) => {
                self.idle = false;
                for op in table::option_ops(self.table, option) {
                    statement.push_from(mark, op);
                }
                Ok(())
            }
            None => Err(statement.fault("not understood")),
        }
    }

    /// `CONVERT TO CHARACTER SET x`: the canonical form carries it to the columns.
    fn convert(&mut self, statement: &mut Statement<'_, '_>, mark: usize) -> Read<()> {
        let charset = options::charset(statement)?.ok_or_else(|| statement.fault("expected CHARACTER SET"))?;
        let collation = options::collation(statement)?.unwrap_or_else(|| self.family.default_collation(&charset));
        self.push(statement, mark, Op::set(self.table, Attr::Charset, Some(Value::text(charset))));
        self.push(statement, mark, Op::set(self.table, Attr::Collation, Some(Value::text(collation.clone()))));
        self.push(statement, mark, Op::set(self.table, Attr::Layout, Some(Value::text(collation))));
        Ok(())
    }
}

/// The facts that a column's definition states or denies.
const OF_COLUMNS: &[Attr] = &[
    Attr::Type,
    Attr::Collation,
    Attr::Charset,
    Attr::NotNull,
    Attr::Default,
    Attr::Generated,
    Attr::GeneratedAs,
    Attr::AutoIncrement,
    Attr::OnUpdateValue,
    Attr::Invisible,
    Attr::Options,
    Attr::Expression,
    Attr::Comment,
];

/// `FIRST`, `AFTER c`.
fn position(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    if statement.accept(&["FIRST"]) {
        return Ok(Some(Value::text("first")));
    }
    if statement.accept(&["AFTER"]) {
        return Ok(Some(Value::text(format!("after {}", statement.ident()?))));
    }
    Ok(None)
}
