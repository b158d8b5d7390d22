//! Statements in the form that keeps others from waiting: the locks are weak where the work is long, and short where they are
//! strong (manual, ALTER TABLE, Notes; CREATE INDEX, Building Indexes Concurrently).

mod expand;
mod obstacle;
mod partitions;
mod swap;

use super::names;
use super::write::ident::{object, qualified, quote, relation};
use super::write::{column, constraint, index};
use crate::base::Name;
use crate::dialects::{Frame, Site};
use crate::ir::{Action, Attr, Hazard, Key, Kind, Object, Part, Statement, Step, Transaction, Value};

/// How long a statement may wait for a lock that stops others, and how long it may hold it.
const LIMITS: [&str; 2] = ["SET lock_timeout = '2s';", "SET statement_timeout = '30s';"];
const NO_LIMITS: [&str; 2] = ["SET lock_timeout = 0;", "SET statement_timeout = 0;"];

/// The limits around a script.
pub fn frame(frame: Frame) -> Frame {
    let note = "-- In small transactions: after a failure the statements above the last COMMIT stand. Dump again, compare again, and run \
                the new script.";
    let lines = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<String>>();
    let before = [note.to_string()].into_iter().chain(lines(&LIMITS)).chain(frame.before);
    let after = frame.after.into_iter().chain(lines(&["RESET lock_timeout;", "RESET statement_timeout;"]));
    Frame { before: before.collect(), after: after.collect(), patient: lines(&NO_LIMITS), hasty: lines(&LIMITS), ..frame }
}

/// The statements that put an index or a key in the place of its older self.
pub use swap::swap;

/// The statements of a step, where it is about a part of a table that has rows.
pub fn online(step: &Step, statements: Vec<Statement>, site: &Site) -> Vec<Statement> {
    let Some(form) = Form::of_part(step.key, site) else {
        return statements
            .into_iter()
            .flat_map(|statement| {
                let detached = partitions::detached(step, &statement, site).map(|detached| vec![detached]);
                detached.or_else(|| partitions::attached(step, &statement, site)).unwrap_or_else(|| vec![with_warning(statement)])
            })
            .collect();
    };
    if retypes(step, &statements)
        && let Some(column) = site.schema.desired.get(step.key)
    {
        return expand::expanded(&form, column, &statements).unwrap_or_else(|reason| as_it_is(statements, &reason));
    }
    let mut out = Vec::new();
    let mut made_anew = None;
    for (at, statement) in statements.iter().enumerate() {
        let fills = |later: &Statement| site.schema.desired.get(step.key).is_some_and(|column| fills(column, later));
        if statement.sql.ends_with(" DROP NOT NULL") && statements[at + 1..].iter().any(fills) {
            made_anew = Some(statement.clone());
            continue;
        }
        match form.of(step, statement) {
            Some(written) => out.extend(written),
            None => out.push(with_warning(statement.clone())),
        }
        // There is no moment without it: the old one goes in the transaction in which the new one comes.
        if let Some(gone) = made_anew.take_if(|_| fills(statement)) {
            let at = out.iter().rposition(fills).unwrap_or(out.len());
            let place = out.get_mut(at).map_or(Transaction::Inside, |new| std::mem::replace(&mut new.transaction, Transaction::Inside));
            out.insert(at, gone.transaction(place));
        }
    }
    out
}

/// Whether a column gets a type for which the table is written anew.
fn retypes(step: &Step, statements: &[Statement]) -> bool {
    let alters = matches!(step.action, Action::Alter { .. }) && step.key.kind == Kind::Column;
    alters && statements.iter().any(|statement| statement.hazards.contains(&Hazard::Rewrite) && statement.sql.contains(" TYPE "))
}

/// The plain statements, with what keeps them from the other form.
fn as_it_is(mut statements: Vec<Statement>, reason: &str) -> Vec<Statement> {
    let long = statements.iter_mut().find(|statement| statement.hazards.contains(&Hazard::Rewrite));
    long.into_iter().for_each(|long| {
        long.why += &format!("\nIt writes the whole table anew, and everybody waits. It has no form in steps here: {reason}.");
    });
    statements
}

/// A statement that has no such form says so.
fn with_warning(mut statement: Statement) -> Statement {
    let waits = [Hazard::BlocksReads, Hazard::BlocksWrites].iter().any(|hazard| statement.hazards.contains(hazard));
    let longest = [Hazard::Rewrite, Hazard::IndexBuild, Hazard::Scan].into_iter().find(|hazard| statement.hazards.contains(hazard));
    if let Some(hazard) = longest.filter(|_| waits) {
        statement.why += &format!("\nOthers wait while it runs, and there is no other form of it: amend explain {}.", hazard.id());
    }
    statement
}

/// Whether the statement takes the NULLs from this column, not from one below it.
fn fills(column: &Object, statement: &Statement) -> bool {
    column.has(Attr::NotNull) && statement.sql.ends_with(&column::set_not_null(column))
}

struct Form<'a> {
    table: &'a Object,
    site: &'a Site<'a>,
}

impl<'a> Form<'a> {
    /// Of a part of a table or of a materialized view that is there.
    fn of_part(key: Key, site: &'a Site<'a>) -> Option<Form<'a>> {
        let table = key.relation().and_then(|table| site.schema.live.resolve(table)).and_then(|table| site.schema.live.get(table));
        Some(Form { table: table.filter(|table| matches!(table.key.kind, Kind::Table | Kind::MaterializedView))?, site })
    }

    /// The other form of a statement; none where it is as it should be, or has none.
    fn of(&self, step: &Step, statement: &Statement) -> Option<Vec<Statement>> {
        let desired = self.site.schema.desired.get(step.key);
        let has = |hazard| statement.hazards.contains(&hazard);
        match (&step.action, step.key.kind) {
            (Action::Create { .. }, Kind::Index) if has(Hazard::IndexBuild) => self.index(desired?, statement),
            (Action::Drop { .. }, Kind::Index) => self.drop_index(step.key, statement),
            (Action::Create { .. }, Kind::Check | Kind::ForeignKey) if has(Hazard::Scan) => self.constraint(desired?, statement),
            (Action::Create { .. }, Kind::Unique | Kind::PrimaryKey) if has(Hazard::IndexBuild) => self.key(desired?, statement),
            (Action::Create { .. }, Kind::Column) if has(Hazard::Rewrite) => self.column(desired?, statement),
            (Action::Alter { .. }, kind)
                if (kind.is_constraint() || kind == Kind::Column) && statement.sql.contains("VALIDATE CONSTRAINT") =>
            {
                Some(vec![statement.clone().transaction(Transaction::Alone).patient()])
            }
            (Action::Alter { .. }, Kind::Column) if has(Hazard::Scan) && fills(desired?, statement) => {
                Some(self.not_null(step.key, &statement.why))
            }
            (Action::Alter { .. }, Kind::Column) if statement.sql.starts_with("UPDATE ") => {
                Some(vec![statement.clone().transaction(Transaction::Alone).patient()])
            }
            _ => None,
        }
    }

    fn is_partitioned(&self) -> bool {
        self.table.has(Attr::PartitionBy)
    }

    fn has_heirs(&self) -> bool {
        self.site.schema.live.heirs(self.table.key).next().is_some()
    }

    /// `CREATE INDEX CONCURRENTLY`; what an attempt that failed has left is taken away first.
    fn index(&self, index: &Object, statement: &Statement) -> Option<Vec<Statement>> {
        if self.is_partitioned() {
            return Some(partitions::by_parts(self, index, statement));
        }
        let sql = statement.sql.replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
        Some(self.concurrently(index.key, sql, &statement.why))
    }

    fn concurrently(&self, index: Key, sql: String, why: &str) -> Vec<Statement> {
        let left = "Where an attempt failed before, an INVALID index of this name is left.";
        vec![self.dropped(index, left), Statement::new(sql, why).transaction(Transaction::Outside).patient()]
    }

    /// `DROP INDEX CONCURRENTLY`: not for the index of a partitioned table, nor for a part of one.
    fn drop_index(&self, index: Key, statement: &Statement) -> Option<Vec<Statement>> {
        // The index of a partition that leaves is one of its own by then.
        let stays = self.site.schema.desired.get(self.table.key).is_none_or(|table| table.has(Attr::PartitionOf));
        let attached = stays && self.site.schema.live.get(index).is_some_and(|index| index.has(Attr::PartitionOf));
        if self.is_partitioned() || attached || !statement.sql.starts_with("DROP INDEX ") {
            return None;
        }
        Some(vec![self.dropped(index, &statement.why)])
    }

    fn dropped(&self, index: Key, why: &str) -> Statement {
        Statement::new(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", object(index)), why).transaction(Transaction::Outside).patient()
    }

    /// NOT VALID, and VALIDATE in a transaction of its own, which stops nobody.
    fn constraint(&self, constraint: &Object, statement: &Statement) -> Option<Vec<Statement>> {
        // A foreign key of a partitioned table cannot be added without validation before version 18 (release notes).
        let refused = constraint.key.kind == Kind::ForeignKey && self.is_partitioned() && !self.site.server.since(18, 0, 0);
        if refused {
            let mut plain = statement.clone();
            plain.why += "\nWriters wait while it runs: before version 18 the server reads all partitions under the lock, even where each \
                          has the key already.";
            return Some(vec![plain]);
        }
        let added = Statement::new(format!("{} NOT VALID", statement.sql), statement.why.as_str());
        Some(vec![added, self.validate(constraint.key.name)])
    }

    fn validate(&self, constraint: Name) -> Statement {
        let why = "The rows that are there are looked at, and nobody waits meanwhile.";
        self.alter(format!("VALIDATE CONSTRAINT {}", quote(constraint)), why)
            .hazard(Hazard::MayFail)
            .transaction(Transaction::Alone)
            .patient()
    }

    /// The index first, by itself; then the constraint takes it over in no time.
    fn key(&self, key: &Object, statement: &Statement) -> Option<Vec<Statement>> {
        if key.has(Attr::Period) {
            return None;
        }
        if self.is_partitioned() {
            return Some(partitions::by_parts(self, key, statement));
        }
        let under = self.under(key, key.key.name);
        let sql = index::definition(&under).replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
        let mut out = Vec::new();
        for name in key.names(Attr::Columns).iter().filter(|_| key.key.kind == Kind::PrimaryKey) {
            let column = self.site.schema.live.get(self.table.key.child(Kind::Column, *name));
            if column.is_some_and(|column| !column.has(Attr::NotNull)) {
                out.extend(self.not_null(self.table.key.child(Kind::Column, *name), "A primary key asks for values in all rows."));
            }
        }
        out.extend(self.concurrently(under.key, sql, "The index under the new constraint, built while others write."));
        out.push(self.taken_over(key, key.key.name, &statement.why).transaction(Transaction::First));
        Some(out)
    }

    /// The index under a key, by this name.
    fn under(&self, key: &Object, name: Name) -> Object {
        let parts = key.names(Attr::Columns).iter().map(|name| Part::column(*name)).collect();
        let index = Key { name, ..key.key.of(Kind::Index) };
        let mut under = Object::new(index).with(Attr::Unique, Value::Flag).with(Attr::Parts, Value::Parts(parts));
        for attr in [Attr::Include, Attr::NullsNotDistinct, Attr::Options, Attr::Tablespace] {
            under.set(attr, key.get(attr).cloned());
        }
        under
    }

    /// The key takes over an index, and the index its name.
    fn taken_over(&self, key: &Object, index: Name, why: &str) -> Statement {
        let words = if key.key.kind == Kind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
        let deferral = key.text(Attr::Deferrable).map(|text| format!(" {}", constraint::deferral(text))).unwrap_or_default();
        let added = format!("ADD CONSTRAINT {} {words} USING INDEX {}{deferral}", quote(key.key.name), quote(index));
        Statement::new(format!("ALTER TABLE {}\n    {added}", relation(key.key)), why)
    }

    /// A check that is validated without a strong lock spares SET NOT NULL the reading (manual, ALTER TABLE; version 12).
    fn not_null(&self, column: Key, why: &str) -> Vec<Statement> {
        let [set, gone] = self.set_not_null(column, why);
        [self.filled(column, column.name).as_slice(), &[set.transaction(Transaction::First), gone]].concat()
    }

    /// The check, on a column by the name that it has now.
    fn filled(&self, column: Key, now: Name) -> [Statement; 2] {
        let name = self.free_name(column);
        let desired = self.site.schema.desired.get(column);
        // The rows of tables below are not asked where the constraint is not theirs.
        let own = if desired.is_some_and(|column| column.has(Attr::NoInherit)) { " NO INHERIT" } else { "" };
        let rule = format!("CHECK ({} IS NOT NULL){own}", quote(now));
        let add = self.alter(
            format!("ADD CONSTRAINT {} {rule} NOT VALID", quote(name)),
            format!("{} must not be null: a check sees to it for new rows.", column.name),
        );
        [add.transaction(Transaction::Alone), self.validate(name)]
    }

    /// The column takes over from the check.
    fn set_not_null(&self, column: Key, why: &str) -> [Statement; 2] {
        let desired = self.site.schema.desired.get(column);
        let set = desired.map_or_else(|| format!("ALTER COLUMN {} SET NOT NULL", quote(column.name)), column::set_not_null);
        let gone = format!("DROP CONSTRAINT {}", quote(self.free_name(column)));
        [self.alter(set, why), self.alter(gone, "The check has done its work.")]
    }

    /// A statement on the table.
    fn alter(&self, clause: String, why: impl Into<String>) -> Statement {
        Statement::new(format!("ALTER TABLE {}\n    {clause}", object(self.table.key)), why)
    }

    /// A name for the check that no constraint of either side bears.
    fn free_name(&self, column: Key) -> Name {
        let schema = self.site.schema;
        let taken = |name: Name| {
            let key = self.table.key.child(Kind::Check, name);
            schema.live.resolve(key).is_some() || schema.desired.resolve(key).is_some()
        };
        let base = names::object_name(column.owner.as_str(), Some(column.name.as_str()), "filled");
        let mut names = std::iter::once(base.clone())
            .chain((1..).map(|number| names::object_name(column.owner.as_str(), Some(column.name.as_str()), &format!("filled{number}"))));
        names.find(|name| !taken(Name::new(name))).map_or(Name::new(&base), |name| Name::new(&name))
    }

    /// A default that differs from row to row is for new rows alone; the rows that are there are filled in batches. The column gets its
    /// name when all have a value: one that stands half filled after a failure is not taken for it.
    fn column(&self, column: &Object, statement: &Statement) -> Option<Vec<Statement>> {
        let generated = column.has(Attr::Generated) || column.has(Attr::Identity) || column::is_serial(column);
        let default = column.text(Attr::Default).or(column.text(Attr::Fill)).filter(|_| !generated)?;
        let bound = [Attr::PartitionBy, Attr::ForceRowSecurity].iter().any(|attr| self.table.has(*attr)) || self.has_heirs();
        // Rows are fetched by their place from version 14 on (release notes: TID range scans).
        if bound || !self.site.server.since(14, 0, 0) || !statement.sql.contains("ADD COLUMN") {
            return None;
        }
        let (name, new) = (column.key.name, self.spare_column(column.key));
        let mut bare = column.clone();
        bare.key.name = new;
        [Attr::Default, Attr::NotNull, Attr::NotNullName].into_iter().for_each(|attr| bare.set(attr, None));
        let mut out = column::create(&bare, self.site.schema.desired).into_iter().take(1).collect::<Vec<Statement>>();
        if let Some(first) = out.first_mut() {
            let rest = format!("It is called {new} until all rows have a value; one that a failed attempt has left may be dropped.");
            first.why = format!("New column {name}.\n{rest}");
        }
        let set = format!("ALTER COLUMN {} SET DEFAULT {default}", quote(new));
        out.push(self.alter(set, "New rows get the default; the rows that are there stay as they are."));
        out.push(self.backfill(column.key, new));
        let named =
            self.alter(format!("RENAME COLUMN {} TO {}", quote(new), quote(name)), "All rows have a value: the column gets its name.");
        let named = named.transaction(Transaction::First);
        if column.has(Attr::NotNull) {
            out.extend(self.filled(column.key, new));
            out.push(named);
            out.extend(self.set_not_null(column.key, &format!("{name} has a value in all rows.")));
        } else {
            out.push(named);
        }
        Some(out)
    }

    /// A name for a column until it has the one that it is to have.
    fn spare_column(&self, column: Key) -> Name {
        let pair = self.site.schema;
        let taken = |key: Key| pair.live.resolve(key).is_some() || pair.desired.resolve(key).is_some();
        names::choose(column.name.as_str(), None, "new", |name| !taken(Key { name: Name::new(name), ..column }))
    }

    /// Fills a column with its default. A row that a writer moves to a page that is done is met again.
    fn backfill(&self, column: Key, now: Name) -> Statement {
        let (name, fired) = (quote(now), self.fired());
        let why = format!("The rows that are there get their {}, in batches that are committed each.", column.name);
        self.batches(
            &format!("{name} = DEFAULT"),
            &format!("{name} IS NULL"),
            [Some(why), fired].into_iter().flatten().collect::<Vec<_>>().join("\n"),
        )
    }

    /// The triggers of the table that the batches fire.
    fn fired(&self) -> Option<String> {
        let on_update = |trigger: &&Object| match trigger.get(Attr::Events) {
            Some(Value::Labels(events)) => events.iter().any(|event| event.eq_ignore_ascii_case("update")) && !trigger.has(Attr::Columns),
            _ => false,
        };
        let fired = self.site.schema.live.parts(self.table.key, Kind::Trigger).filter(on_update);
        let list = fired.map(|trigger| quote(trigger.key.name)).collect::<Vec<String>>().join(", ");
        (!list.is_empty()).then(|| format!("The batches update each row once, so that these triggers fire: {list}."))
    }

    /// An update of the rows of which a condition holds, some pages at a time.
    fn batches(&self, set: &str, condition: &str, why: String) -> Statement {
        let table = object(self.table.key);
        let literal = qualified(self.table.key.namespace, self.table.key.name).replace('\'', "''");
        let sql = format!(
            "DO $backfill$
DECLARE
    pages bigint;
    page bigint;
    batch bigint;
    filled bigint := 0;
BEGIN
    FOR pass IN 1..3 LOOP
        pages := pg_relation_size('{literal}') / current_setting('block_size')::bigint + 1;
        page := 0;
        WHILE page < pages LOOP
            UPDATE {table}
            SET {set}
            WHERE {condition}
                AND ctid >= format('(%s,0)', page)::tid
                AND ctid < format('(%s,0)', page + 32)::tid;
            GET DIAGNOSTICS batch = ROW_COUNT;
            filled := filled + batch;
            page := page + 32;
            COMMIT;
            IF page % 12800 = 0 OR page >= pages THEN
                RAISE NOTICE 'pass %: % of % pages, % rows filled', pass, least(page, pages), pages, filled;
            END IF;
        END LOOP;
    END LOOP;
END
$backfill$"
        );
        Statement::new(sql, why).transaction(Transaction::Outside).patient()
    }
}
