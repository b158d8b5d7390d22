//! A change of type that writes the table anew, in steps that hold no lock for long: a column beside the old one that a trigger keeps in
//! step (expand), the old rows in batches (migrate), and the new column in the place of the old one in one short transaction (contract).

use super::Form;
use super::obstacle::obstacle;
use super::swap::spare;
use crate::base::Name;
use crate::dialects::postgres::names;
use crate::dialects::postgres::write::ident::{literal, object, qualified, quote, relation};
use crate::dialects::postgres::write::{column, constraint, extra, index, sequence};
use crate::ir::value::{Part, PartTarget};
use crate::ir::{Attr, Hazard, Key, Kind, Object, Statement, Transaction, Value};

/// The first word of the trigger's name: triggers fire in the order of their names, and this one is to be the last.
pub const LAST: &str = "zz_amend";

/// The statements in place of those of the step, or why they stay as they are.
pub fn expanded(form: &Form, column: &Object, statements: &[Statement]) -> Result<Vec<Statement>, String> {
    let plain = statements.iter().find(|statement| statement.hazards.contains(&Hazard::Rewrite));
    let plain = plain.ok_or("no statement writes the table anew")?;
    let live = form.site.schema.live.get(column.key).ok_or("the column is new")?;
    if statements.iter().any(|statement| statement.sql.starts_with("UPDATE ")) {
        return Err("rows without a value are filled in the same step".to_string());
    }
    obstacle(form, live, column).map_or(Ok(()), Err)?;
    let expansion = Expansion::new(form, column, plain);
    Ok([expansion.expand(), expansion.migrate(), expansion.build(), expansion.contract(), expansion.validate()].concat())
}

/// The columns, the trigger and what stands on them.
struct Expansion<'a> {
    form: &'a Form<'a>,
    /// As it is to be.
    column: &'a Object,
    plain: &'a Statement,
    /// The new column's name until it has the place of the old one.
    new: Name,
    trigger: String,
    /// The function of the trigger.
    function: String,
    /// The check that stands for NOT NULL until the new column has it.
    filled: Name,
}

impl<'a> Expansion<'a> {
    fn new(form: &'a Form<'a>, column: &'a Object, plain: &'a Statement) -> Expansion<'a> {
        let pair = form.site.schema;
        let taken = |key: Key| pair.live.resolve(key).is_some() || pair.desired.resolve(key).is_some();
        let new = form.spare_column(column.key);
        let own = Some(column.key.name.as_str());
        let trigger = names::choose(LAST, own, "sync", |name| !taken(Key { name: Name::new(name), ..column.key.of(Kind::Trigger) }));
        // An earlier script that was given up half-way may have left one of its name.
        let function = |name: &str| Key::new(Kind::Function, column.key.namespace, Name::new(&format!("{name}()")));
        let function = names::choose(column.key.owner.as_str(), own, "sync", |name| !taken(function(name)));
        let function = qualified(column.key.namespace, function);
        let filled = form.free_name(Key { name: new, ..column.key });
        Expansion { form, column, plain, new, trigger: trigger.to_string(), function, filled }
    }

    fn table(&self) -> String {
        object(self.form.table.key)
    }

    fn key(&self) -> Key {
        Key { name: self.new, ..self.column.key }
    }

    /// The old value as the new type has it, for the row that this names: an assignment casts by itself where nothing is said.
    fn value(&self, row: &str) -> String {
        let name = quote(self.column.key.name);
        let said = self.plain.sql.split_once(" USING ").map_or(name.as_str(), |(_, said)| said);
        // What is said is a cast of the column: its name is the first word.
        said.replacen(&name, &format!("{row}{name}"), 1)
    }

    /// The new column and the trigger, in one transaction: no writer passes between them.
    fn expand(&self) -> Vec<Statement> {
        let (name, new) = (quote(self.column.key.name), quote(self.new));
        let mut bare = self.column.clone();
        bare.key = self.key();
        [Attr::Default, Attr::NotNull, Attr::NotNullName, Attr::Fill].into_iter().for_each(|attr| bare.set(attr, None));
        let mut out = column::create(&bare, self.form.site.schema.desired);
        out.extend(extra::comment(None, &bare, self.form.site.schema.desired));
        out.insert(0, self.guard(&self.account()).transaction(Transaction::First));
        let body = format!("BEGIN\n    NEW.{new} := {};\n    RETURN NEW;\nEND", self.value("NEW."));
        let sql = format!("CREATE FUNCTION {}() RETURNS trigger\n    LANGUAGE plpgsql\nAS $sync$\n{body}\n$sync$", self.function);
        out.push(Statement::new(sql, format!("Whoever writes {name} writes {new} too.")));
        let (trigger, function) = (quote(Name::new(&self.trigger)), &self.function);
        let sql = format!(
            "CREATE TRIGGER {trigger}\n    BEFORE INSERT OR UPDATE ON {}\n    FOR EACH ROW\n    EXECUTE FUNCTION {function}()",
            self.table()
        );
        out.push(Statement::new(sql, "The last of the table's triggers by its name: it sees what the others have made of the row."));
        out.push(self.form.alter(format!("ENABLE ALWAYS TRIGGER {trigger}"), "Replicated rows are written too."));
        out
    }

    /// What the steps are, what they ask of the user, and how they are given up.
    fn account(&self) -> String {
        let (name, table) = (quote(self.column.key.name), self.table());
        let plain = self.plain.sql.split_whitespace().collect::<Vec<&str>>().join(" ");
        let mut lines = vec![
            self.plain.why.clone(),
            format!("In one statement ({plain}) it would write the whole table anew, and everybody would wait. In steps:"),
            format!("expand, the column {} beside it; migrate, the rows in batches; contract, the new column in its place.", self.new),
            format!("{name} is the last column of the table then: name the columns in INSERT and COPY."),
        ];
        let fails = self.plain.hazards.contains(&Hazard::MayFail);
        lines.extend(fails.then(|| "From here on the server refuses a written value that the new type does not take.".to_string()));
        lines.extend(self.form.fired());
        lines.push(format!(
            "After a failure, go on with the transaction that failed. To give it up: DROP FUNCTION {}() CASCADE;",
            self.function
        ));
        lines.push(format!("ALTER TABLE {table} DROP COLUMN {};", quote(self.new)));
        lines.join("\n")
    }

    /// The rows that are there, and a look at all of them.
    fn migrate(&self) -> Vec<Statement> {
        let (name, new, table) = (quote(self.column.key.name), quote(self.new), self.table());
        let why = format!("The rows that are there get their {new}, in batches that are committed each.");
        let mut batches = self.form.batches(
            &format!("{new} = {}", self.value("")),
            &format!("{new} IS NULL\n                AND {name} IS NOT NULL"),
            why,
        );
        let kept = [Hazard::MayFail, Hazard::Overflow];
        kept.into_iter().filter(|hazard| self.plain.hazards.contains(hazard)).for_each(|hazard| batches.endanger(hazard));
        let kind = self.column.text(Attr::Type).unwrap_or("text");
        let value = self.plain.sql.split_once(" USING ").map_or(format!("{name}::{kind}"), |(_, said)| said.to_string());
        let said = literal(&format!("% rows of {} have another value in {} than in {}", self.table(), self.new, self.column.key.name));
        let sql = format!(
            "DO $check$
DECLARE
    stale bigint;
BEGIN
    SELECT count(*) INTO stale FROM {table} WHERE {new}::text IS DISTINCT FROM ({value})::text;
    IF stale > 0 THEN
        RAISE EXCEPTION {said}, stale;
    END IF;
END
$check$"
        );
        vec![
            batches,
            Statement::new(sql, "All rows are looked at: no value is missing or stale.").transaction(Transaction::Alone).patient(),
        ]
    }

    /// The indexes of the old column on the new one, and the check that it is filled, while others write.
    fn build(&self) -> Vec<Statement> {
        let mut out = Vec::new();
        for part in self.stacked() {
            let under = self.under(part);
            let sql = index::definition(&under).replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
            out.extend(self.form.concurrently(under.key, sql, &format!("{} on the new column, while others write.", part.key.name)));
        }
        if self.column.has(Attr::NotNull) {
            let clause = format!("ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", quote(self.filled), quote(self.new));
            out.push(self.form.alter(clause, format!("{} is not to be null.", quote(self.new))).transaction(Transaction::Alone));
            out.push(self.form.validate(self.filled));
        }
        out
    }

    /// Indexes and keys of the live table with the column.
    fn stacked(&self) -> Vec<&'a Object> {
        self.standing().into_iter().filter(|part| matches!(part.key.kind, Kind::Index | Kind::Unique | Kind::PrimaryKey)).collect()
    }

    /// All parts of the live table with the column that go with it.
    fn standing(&self) -> Vec<&'a Object> {
        let live = self.form.site.schema.live;
        let of_column = |part: &&Object| super::obstacle::stands_on(part, self.column.key.name);
        live.all_parts(self.form.table.key).filter(|part| part.key.kind != Kind::Trigger).filter(of_column).collect()
    }

    /// The index that takes the place of an index or of the one under a key.
    fn under(&self, part: &Object) -> Object {
        let name = spare(part.key, "amend_new", self.form.site);
        let mut under = if part.key.kind == Kind::Index { part.clone() } else { self.form.under(part, name) };
        under.key.name = name;
        let renamed = |name: Name| if name == self.column.key.name { self.new } else { name };
        let parts = under.parts(Attr::Parts).iter().map(|part| match part.target {
            PartTarget::Column(name) => Part { target: PartTarget::Column(renamed(name)), ..part.clone() },
            PartTarget::Expression(_) => part.clone(),
        });
        let parts = parts.collect();
        let include: Vec<Name> = under.names(Attr::Include).iter().copied().map(renamed).collect();
        under.set(Attr::Parts, Some(Value::Parts(parts)));
        under.set(Attr::Include, (!include.is_empty()).then_some(Value::Names(include)));
        under
    }

    /// The old column goes, and the new one takes its name, its default, its sequence, its indexes and its rules.
    fn contract(&self) -> Vec<Statement> {
        let (name, new) = (quote(self.column.key.name), quote(self.new));
        let gone = format!("DROP TRIGGER {} ON {}", quote(Name::new(&self.trigger)), self.table());
        let mut out = vec![self.lock(), Statement::new(gone, "The columns part.")];
        out.push(Statement::new(format!("DROP FUNCTION {}()", self.function), "The function of the trigger."));
        out.push(self.guard("What came to rest on the column meanwhile would go with it."));
        out.extend(self.references().into_iter().map(|key| {
            let sql = format!("ALTER TABLE {}\n    DROP CONSTRAINT {}", relation(key.key), quote(key.key.name));
            Statement::new(sql, "It comes again below, on the new column.")
        }));
        out.extend(self.sequences().map(|counter| {
            let moved = counter.clone().with(Attr::OwnedBy, Value::Key(self.key()));
            sequence::own(&moved)
        }));
        let gone = format!("The values of {name} are in {new}; its indexes and constraints go with it and come again below.");
        out.push(self.form.alter(format!("DROP COLUMN {name}"), gone));
        out.push(self.form.alter(format!("RENAME COLUMN {new} TO {name}"), "The new column takes its place."));
        if let Some(default) = self.column.text(Attr::Default) {
            out.push(self.form.alter(format!("ALTER COLUMN {name} SET DEFAULT {default}"), format!("The default of {name}.")));
        }
        if self.column.has(Attr::NotNull) {
            out.push(self.form.alter(column::set_not_null(self.column), format!("{name} has a value in all rows.")));
            out.push(self.form.alter(format!("DROP CONSTRAINT {}", quote(self.filled)), "The check has done its work."));
        }
        out.extend(self.standing().into_iter().flat_map(|part| self.again(part)));
        out.extend(self.references().into_iter().flat_map(|key| self.again(key)));
        out
    }

    /// All tables at once that the transaction changes, so that no writer waits in a ring with it; a writer waits for the length of an
    /// attempt and of the transaction.
    fn lock(&self) -> Statement {
        let standing = self.standing();
        let away = standing.iter().filter_map(|part| part.key_of(Attr::References));
        let here = self.references().into_iter().filter_map(|key| key.key.relation());
        let mut tables: Vec<Key> = away.chain(here).map(|table| table.of(Kind::Table)).chain([self.form.table.key]).collect();
        tables.sort_unstable();
        tables.dedup();
        let tables: Vec<String> = tables.into_iter().map(object).collect();
        let sql = format!(
            "DO $lock$
BEGIN
    FOR attempt IN 1..50 LOOP
        BEGIN
            SET LOCAL lock_timeout = '200ms';
            LOCK TABLE {} IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF attempt = 50 THEN
                    RAISE;
                END IF;
        END;
        PERFORM pg_sleep(0.3);
    END LOOP;
END
$lock$",
            tables.join(", ")
        );
        Statement::new(sql, "From here to the end of the transaction others wait, for a moment.").transaction(Transaction::First)
    }

    /// What stood on the old column, on the new one.
    fn again(&self, part: &Object) -> Vec<Statement> {
        let desired = self.form.site.schema.desired;
        let under = || spare(part.key, "amend_new", self.form.site);
        let made = match part.key.kind {
            Kind::Index => {
                let old = object(Key { name: under(), ..part.key });
                Statement::new(format!("ALTER INDEX {old}\n    RENAME TO {}", quote(part.key.name)), "The index takes its name.")
            }
            Kind::Unique | Kind::PrimaryKey => self.form.taken_over(part, under(), "The key takes over the index."),
            _ => {
                let valid = part.clone().with(Attr::NotValid, Value::Flag);
                let sql = format!("ALTER TABLE {}\n    ADD {}", relation(part.key), constraint::clause(&valid));
                Statement::new(sql, format!("{} holds for new rows at once.", part.key.name))
            }
        };
        std::iter::once(made).chain(extra::after_create(part, desired)).collect()
    }

    /// Stops where something rests on the old column that would not come along: what the dump did not show, or what came after it.
    fn guard(&self, why: &str) -> Statement {
        let identity = |part: &Object| match part.key.kind {
            Kind::Index => object(part.key),
            _ => format!("{} on {}", quote(part.key.name), relation(part.key)),
        };
        let parts = self.standing().into_iter().chain(self.references()).map(identity);
        let known: Vec<String> = parts.chain(self.sequences().map(|counter| object(counter.key))).map(|name| literal(&name)).collect();
        let (table, name) = (literal(&self.table()), literal(self.column.key.name.as_str()));
        let sql = format!(
            "DO $guard$
DECLARE
    others text;
BEGIN
    SELECT string_agg(named.type || ' ' || named.identity, ', ') INTO others
    FROM pg_attribute a
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
        CROSS JOIN pg_identify_object(d.classid, d.objid, d.objsubid) named
    WHERE a.attrelid = {table}::regclass
        AND a.attname = {name}
        AND named.type <> 'default value'
        AND named.identity <> ALL (ARRAY[{}]::text[])
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid AND c.contype = 'n');
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'these would be lost with the old column: %', others;
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = {table}::regclass AND attname = {name} AND attacl IS NOT NULL) THEN
        RAISE EXCEPTION 'privileges on the old column would be lost';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {table}::regclass AND tgtype & 3 = 3 AND tgname > {}) THEN
        RAISE EXCEPTION 'a trigger comes after the one that keeps both columns in step';
    END IF;
END
$guard$",
            known.join(", "),
            literal(&self.trigger)
        );
        Statement::new(sql, why)
    }

    /// The foreign keys of other tables, and of this one, to the column.
    fn references(&self) -> Vec<&'a Object> {
        let own: Vec<Key> = self.standing().into_iter().map(|part| part.key).collect();
        let live = self.form.site.schema.live;
        live.of_kind(Kind::ForeignKey).filter(|key| super::obstacle::refers_to(key, self.column.key) && !own.contains(&key.key)).collect()
    }

    /// The sequences that go with the column.
    fn sequences(&self) -> impl Iterator<Item = &'a Object> {
        let column = self.column.key;
        let table = self.form.table.key;
        self.form.site.schema.live.sequences(table).filter(move |counter| counter.key_of(Attr::OwnedBy) == Some(column))
    }

    /// The rows that are there fulfil what held for the old column: looked at while others write.
    fn validate(&self) -> Vec<Statement> {
        let checked = |part: &&Object| {
            matches!(part.key.kind, Kind::Check | Kind::ForeignKey) && !part.has(Attr::NotValid) && !part.has(Attr::NotEnforced)
        };
        let all = self.standing().into_iter().chain(self.references()).filter(checked);
        all.map(|part| {
            let sql = format!("ALTER TABLE {}\n    VALIDATE CONSTRAINT {}", relation(part.key), quote(part.key.name));
            let why = "The rows that are there are looked at, and nobody waits meanwhile.";
            Statement::new(sql, why).hazard(Hazard::MayFail).transaction(Transaction::Alone).patient()
        })
        .collect()
    }
}
