//! Types that ALTER cannot change: each is made anew under its name, with the domains over it, and the columns that use it are
//! cast over; rows stay.

use crate::base::Name;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Statement, inheritance};

use super::ident::{object, qualified, quote};
use super::{Desired, Sides, alter_only, alter_relation, partitioning, types};

/// Renames the type away, makes the new one, casts the columns over, and drops the old one.
pub fn replace(kind: Pair<&Object>, create: Statement, sides: Sides) -> Vec<Statement> {
    one(kind, create, Cast { root: kind, sides })
}

/// How values get from the old type to the new one.
#[derive(Clone, Copy)]
struct Cast<'a> {
    /// The type that changes: others are made anew because they stand on it.
    root: Pair<&'a Object>,
    sides: Sides<'a>,
}

impl Cast<'_> {
    /// What makes a value of the old type one of `new`, which is made of it.
    fn using(self, value: &str, array: &str, new: &str) -> String {
        if self.is_of_domain() {
            return format!("{value}{}", domain_path(self.root, array));
        }
        match rearranged(self.root.desired.key, self.sides) {
            // A row of nothing but nulls is not null itself.
            Some(fields) => {
                let fields: Vec<String> =
                    fields.into_iter().map(|field| field.map_or("NULL".to_owned(), |name| format!("({value}).{name}"))).collect();
                format!("CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW({})::text::{new} END", fields.join(", "))
            }
            None => format!("{value}::text{array}::{new}"),
        }
    }

    fn is_of_domain(self) -> bool {
        self.root.desired.key.kind == Kind::Domain
    }

    /// Whether the new type holds less than the old one.
    fn loses(self) -> bool {
        let pair = |root: Pair<&Object>| matches!(bases(root), (Some(from), Some(to)) if super::loss::loses(from, to));
        let is_text = |of: &Object| {
            of.text(Attr::Type).is_some_and(|of| super::cast::row(&super::cast::parse(of).base).0 == super::cast::Family::Text)
        };
        let of_field =
            |live: &Object| self.sides.desired.get(live.key).is_none_or(|desired| pair(Pair::new(live, desired)) && !is_text(desired));
        match self.root.desired.key.kind {
            Kind::Domain => pair(self.root),
            Kind::Composite => types::fields(self.root.live.key, self.sides.live).into_iter().any(of_field),
            _ => false,
        }
    }
}

fn one(kind: Pair<&Object>, create: Statement, cast: Cast<'_>) -> Vec<Statement> {
    let (key, sides) = (kind.desired.key, cast.sides);
    let word = super::ident::noun(key.kind);
    let spare = spare_name(key.name);
    let mut statements = vec![
        Statement::new(
            format!("ALTER {word} {}\n    RENAME TO {}", object(key), quote(spare)),
            format!("ALTER {word} cannot make this change, so {} is made anew; this one gives its name away.", key.name),
        ),
        with_usual_name(create, key),
    ];
    // The checks of a domain above are out of the way, and come again after.
    for above in domains(key, sides) {
        statements.extend(one(above, types::create_domain(above.desired, &[], sides.desired), cast));
    }
    for column in users(key, sides) {
        statements.extend(recast(column, key, cast));
    }
    for fact in [super::extra::comment(None, kind.desired, sides.desired), super::extra::owner(kind.desired)] {
        statements.extend(fact);
    }
    let granted = sides.desired.parts(Key::new(Kind::Privilege, key.namespace, privilege_owner(key)), Kind::Privilege);
    let stay = granted.filter(|granted| sides.live.contains(granted.key));
    statements.extend(stay.flat_map(|granted| super::privilege::change(granted.key, Pair::new(None, Some(granted)), sides)));
    statements.push(Statement::new(format!("DROP {word} {}", qualified(key.namespace, spare)), "Nothing uses the old type any more."));
    statements
}

/// A domain's NOT NULL under the name that the server gives, which it would count on from that of the old domain (PostgreSQL 17).
fn with_usual_name(mut create: Statement, domain: Key) -> Statement {
    let name = crate::dialects::postgres::names::object_name(domain.name.as_str(), None, "not_null");
    create.sql = create.sql.replacen("\n    NOT NULL", &format!("\n    CONSTRAINT {} NOT NULL", super::ident::quoted(&name)), 1);
    create
}

/// A name that no user would take, within the limit of 63 bytes.
fn spare_name(name: Name) -> Name {
    let text = name.as_str();
    let end = (0..=text.len().min(50)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Name::new(&format!("{}__amend_old", text.get(..end).unwrap_or("")))
}

/// The domains that stand on this type before and after.
fn domains<'a>(key: Key, sides: Sides<'a>) -> Vec<Pair<&'a Object>> {
    let both = sides.desired.of_kind(Kind::Domain).filter(|domain| uses(domain, key) && domain.key != key);
    both.filter_map(|desired| Some(Pair::new(sides.live.get(desired.key).filter(|live| uses(live, key))?, desired))).collect()
}

/// The columns that have this type before and after; generated ones are made again by themselves.
fn users<'a>(key: Key, sides: Sides<'a>) -> Vec<&'a Object> {
    let columns = sides.desired.of_kind(Kind::Column);
    let same = |column: &&Object| {
        uses(column, key)
            && !column.has(Attr::Generated)
            && sides.live.get(column.key).is_some_and(|live| uses(live, key))
            && !follows(column, sides.desired)
    };
    columns.filter(same).collect()
}

/// A table's column that holds values of a type within those of a composite type, and the column's own type.
pub fn held_within(key: Key, sides: Sides) -> Option<(Key, String)> {
    let fields = users(key, sides).into_iter().filter(|column| super::is_field(column.key, sides.live));
    let holder = fields.into_iter().find_map(|field| types::holder(Attr::Type, field.key, sides))?;
    Some((holder, sides.live.get(holder)?.text(Attr::Type)?.to_owned()))
}

/// Why a type cannot be made anew: a column that uses it cannot be cast over.
pub fn refusal(key: Key, sides: Sides) -> Option<String> {
    let fields = |column: &&Object| super::is_field(column.key, sides.live);
    let stored = users(key, sides).into_iter().find_map(|column| {
        let held = if fields(&column) { types::holder(Attr::Type, column.key, sides) } else { None };
        held.map(|held| format!("{held} holds values of it within a composite type, which PostgreSQL cannot rewrite: make a new type, and move the column to it"))
    });
    let keyed = || {
        users(key, sides).into_iter().find_map(|column| partitioning::keyed(column.key, sides)).map(|table| {
            format!("{table} is partitioned by a column of it, and PostgreSQL cannot change the type of such a column: make a new table, copy the rows in batches, and swap the names")
        })
    };
    let apart = || {
        let is_array = |column: &&Object| column.text(Attr::Type).is_some_and(|of| of.trim_end().ends_with(']'));
        let whole = users(key, sides).into_iter().any(|column| is_array(&column)) || !domains(key, sides).is_empty();
        let apart = whole && rearranged(key, sides).is_some();
        apart.then(|| {
            format!("values of {key} are taken apart where its fields change their places, which cannot be done within arrays and domains")
        })
    };
    let typed = || {
        let name = format!("{}.{}", key.namespace, key.name);
        let is_of = |table: &&Object| table.text(Attr::OfType).is_some_and(|of| of == name || of == qualified(key.namespace, key.name));
        let table = [sides.live, sides.desired].into_iter().find_map(|side| side.of_kind(Kind::Table).find(is_of))?;
        Some(format!("{} is a table of the type, and changes with it alone: run ALTER TYPE … CASCADE by hand", table.key))
    };
    let above = || domains(key, sides).into_iter().find_map(|domain| refusal(domain.desired.key, sides));
    stored.or_else(keyed).or_else(apart).or_else(typed).or_else(above)
}

/// The fields of which a value of a composite type is made anew, where those come, go or change their places: the ones that are new
/// are null. The text of what they make is read as the new type, as is that of the whole value where they stay: too long a text is
/// refused then, and not cut.
fn rearranged(key: Key, sides: Sides) -> Option<Vec<Option<String>>> {
    if key.kind != Kind::Composite {
        return None;
    }
    let (old, new) = (types::fields(key, sides.live), types::fields(key, sides.desired));
    if old.iter().map(|field| field.key).eq(new.iter().map(|field| field.key)) {
        return None;
    }
    Some(new.into_iter().map(|field| sides.live.contains(field.key).then(|| quote(field.key.name))).collect())
}

/// A child's column is cast over together with its parent's.
fn follows(column: &Object, desired: Desired) -> bool {
    column.has(Attr::Inherited) || !super::kin::above(column.key, desired).is_empty()
}

/// The types of a composite type's fields, on which the whole rests.
pub fn types_of_fields(composite: Key, side: Desired) -> Vec<Key> {
    let fields = types::fields(composite, side);
    let kinds = [Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType];
    let known = kinds.into_iter().flat_map(|kind| side.keys_of(kind)).filter(|key| *key != composite);
    known.filter(|key| fields.iter().any(|field| uses(field, *key))).collect()
}

/// Whether the column's type is this one, or an array of it.
fn uses(column: &Object, key: Key) -> bool {
    let Some(fragment) = column.fragment(Attr::Type) else { return false };
    let text = fragment.compared();
    let element = text.split('[').next().unwrap_or("").trim();
    let full = qualified(key.namespace, key.name);
    let local = key.namespace.as_str() == "public" || key.namespace == column.key.namespace;
    element == full || (local && element == quote(key.name)) || element == format!("{}.{}", key.namespace, key.name)
}

fn recast(column: &Object, of: Key, cast: Cast<'_>) -> Vec<Statement> {
    let (key, sides) = (column.key, cast.sides);
    let name = quote(key.name);
    let is_array = |side: &Object| side.text(Attr::Type).is_some_and(|text| text.trim_end().ends_with(']'));
    // A column that becomes an array, or none any more, does so in a change of its own.
    let live = sides.live.get(key).unwrap_or(column);
    let array = if is_array(live) { "[]" } else { "" };
    let new = format!("{}{array}", object(of));
    let table = alter_relation(key, sides.desired);
    let only = alter_only(key, sides.desired);
    let mut statements = Vec::new();
    let kept = is_array(live) == is_array(column);
    // A child's column is cast over with its parent's, and its default stands in the way as the parent's does.
    let family: Vec<Key> = std::iter::once(key).chain(inheritance::all_below(key, sides.live)).collect();
    let is_set = |member: &Key| sides.live.get(*member).is_some_and(|live| live.has(Attr::Default));
    if family.iter().any(is_set) {
        let head = if family.len() > 1 { &table } else { &only };
        statements.push(Statement::new(format!("{head}\n    ALTER COLUMN {name} DROP DEFAULT"), "The default is of the old type."));
    }
    let noun = if key.kind == Kind::Column && table.starts_with("ALTER TYPE") { "ATTRIBUTE" } else { "COLUMN" };
    let using = if noun == "COLUMN" { format!(" USING {}", cast.using(&name, array, &new)) } else { String::new() };
    let sql = format!("{table}\n    ALTER {noun} {name} TYPE {new}{using}");
    let why = format!("The values of {} are cast over; one that the new type does not know makes this fail.", key.name);
    let statement = Statement::new(sql, why).hazard(Hazard::MayFail);
    statements.push(if cast.loses() { statement.hazard(Hazard::Drop) } else { statement });
    statements.extend(family.iter().flat_map(|member| super::extra::after_retyping(*member, sides)));
    for member in family.into_iter().filter(|_| kept) {
        let Some(default) = sides.desired.get(member).and_then(|column| column.text(Attr::Default)) else { continue };
        let only = alter_only(member, sides.desired);
        statements.push(Statement::new(format!("{only}\n    ALTER COLUMN {name} SET DEFAULT {default}"), "The default, in the new type."));
    }
    statements
}

/// The types under a domain, before and after.
fn bases(kind: Pair<&Object>) -> (Option<&str>, Option<&str>) {
    (kind.live.text(Attr::Type), kind.desired.text(Attr::Type))
}

/// A domain's value goes through the new base type, by the path that a column would take. The last cast is the assignment, which
/// refuses what is too long.
fn domain_path(kind: Pair<&Object>, array: &str) -> String {
    let (from, to) = bases(kind);
    let (from, to) = (format!("{}{array}", from.unwrap_or("text")), format!("{}{array}", to.unwrap_or("text")));
    super::cast::using("", &from, &to).filter(|using| !using.starts_with("CASE")).unwrap_or(format!("::{from}"))
}

/// A statement that the server refuses while a domain is the element of stored arrays (manual, ALTER DOMAIN): they are arrays of
/// its base type meanwhile.
pub fn out_of_arrays(domain: Key, statement: Statement, sides: Sides) -> Vec<Statement> {
    let is_array = |column: &&Object| column.text(Attr::Type).is_some_and(|of| of.trim_end().ends_with(']'));
    let in_table = |column: &&Object| sides.live.contains(Key::new(Kind::Table, column.key.namespace, column.key.owner));
    let arrays: Vec<&Object> = users(domain, sides).into_iter().filter(is_array).filter(in_table).collect();
    let base = sides.desired.get(domain).and_then(|domain| domain.text(Attr::Type)).unwrap_or("text");
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for column in arrays {
        let head = format!("{}\n    ALTER COLUMN {}", alter_relation(column.key, sides.desired), quote(column.key.name));
        if column.has(Attr::Default) {
            before.push(Statement::new(format!("{head} DROP DEFAULT"), "The default is of the domain."));
        }
        before.push(Statement::new(format!("{head} TYPE {base}[]"), "The domain cannot get a condition while arrays of it are stored."));
        after.push(
            Statement::new(format!("{head} TYPE {}[]", object(domain)), "The values are of the domain again.").hazard(Hazard::MayFail),
        );
        let default = column.text(Attr::Default).map(|default| format!("{head} SET DEFAULT {default}"));
        after.extend(default.map(|sql| Statement::new(sql, "The default, of the domain.")));
    }
    before.into_iter().chain([statement]).chain(after).collect()
}
