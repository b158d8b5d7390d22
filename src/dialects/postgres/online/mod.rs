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
    /// Of a part of a table that is there.
    fn of_part(key: Key, site: &'a Site<'a>) -> Option<Form<'a>> {
        let table = key.relation().and_then(|table| site.schema.live.resolve(table)).and_then(|table| site.schema.live.get(table));
        Some(Form { table: table.filter(|table| table.key.kind == Kind::Table)?, site })
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
        let sql = format!("ALTER TABLE {}\n    VALIDATE CONSTRAINT {}", object(self.table.key), quote(constraint));
        let why = "The rows that are there are looked at, and nobody waits meanwhile.";
        Statement::new(sql, why).hazard(Hazard::MayFail).transaction(Transaction::Alone).patient()
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
        let name = self.free_name(column);
        let table = object(self.table.key);
        let desired = self.site.schema.desired.get(column);
        // The rows of tables below are not asked where the constraint is not theirs.
        let own = if desired.is_some_and(|column| column.has(Attr::NoInherit)) { " NO INHERIT" } else { "" };
        let rule = format!("CHECK ({} IS NOT NULL){own}", quote(column.name));
        let add = format!("ALTER TABLE {table}\n    ADD CONSTRAINT {} {rule} NOT VALID", quote(name));
        let set = desired.map_or_else(|| format!("ALTER COLUMN {} SET NOT NULL", quote(column.name)), column::set_not_null);
        let set = format!("ALTER TABLE {table}\n    {set}");
        let gone = format!("ALTER TABLE {table}\n    DROP CONSTRAINT {}", quote(name));
        vec![
            Statement::new(add, format!("{} must not be null: a check sees to it for new rows.", column.name))
                .transaction(Transaction::Alone),
            self.validate(name),
            Statement::new(set, why).transaction(Transaction::First),
            Statement::new(gone, "The check has done its work."),
        ]
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

    /// A default that differs from row to row is for new rows alone; the rows that are there are filled in batches.
    fn column(&self, column: &Object, statement: &Statement) -> Option<Vec<Statement>> {
        let generated = column.has(Attr::Generated) || column.has(Attr::Identity) || column::is_serial(column);
        let default = column.text(Attr::Default).or(column.text(Attr::Fill)).filter(|_| !generated)?;
        // Rows are fetched by their place from version 14 on (release notes: TID range scans).
        if self.is_partitioned() || self.has_heirs() || !self.site.server.since(14, 0, 0) || !statement.sql.contains("ADD COLUMN") {
            return None;
        }
        let mut bare = column.clone();
        bare.set(Attr::Default, None);
        bare.set(Attr::NotNull, None);
        let mut out = column::create(&bare, self.site.schema.desired).into_iter().take(1).collect::<Vec<Statement>>();
        let set = format!("ALTER TABLE {}\n    ALTER COLUMN {} SET DEFAULT {default}", object(self.table.key), quote(column.key.name));
        out.push(Statement::new(set, "New rows get the default; the rows that are there stay as they are."));
        out.push(self.backfill(column.key));
        if column.has(Attr::NotNull) {
            out.extend(self.not_null(column.key, &format!("{} has a value in all rows.", column.key.name)));
        }
        Some(out)
    }

    /// Fills a column with its default. A row that a writer moves to a page that is done is met again.
    fn backfill(&self, column: Key) -> Statement {
        let name = quote(column.name);
        let why = format!("The rows that are there get their {}, in batches that are committed each.", column.name);
        self.batches(&format!("{name} = DEFAULT"), &format!("{name} IS NULL"), why)
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
