//! What comes, goes and must step aside together: the parts that CREATE TABLE carries, what DROP takes along silently, and
//! what the server does not let stand while a column or type changes.

use crate::base::Name;
use crate::dialects::Refusal;
use crate::ir::key::privilege_owner;
use crate::ir::value::PartTarget;
use crate::ir::{Action, Attr, Key, Kind, Object, Step};

use super::{Desired, Sides, cast};

/// Whether the CREATE of its relation, type or column carries this part. Foreign keys stand on their own, so that rings
/// of references never matter; a check that is not valid would be made valid by CREATE TABLE.
pub fn folds(part: &Object) -> bool {
    match part.key.kind {
        Kind::Column | Kind::PrimaryKey | Kind::Unique | Kind::Exclusion => true,
        Kind::Check => !part.has(Attr::NotValid) && !part.has(Attr::NotEnforced),
        Kind::Sequence => part.has(Attr::IdentityOf),
        _ => false,
    }
}

/// Whether DROP of `owner` takes `part` away without an error and without a word (manual, 5.14 and DROP …).
pub fn falls_with(part: &Object, owner: &Object) -> bool {
    let (part_key, owner_key) = (part.key, owner.key);
    let on_it = part_key.kind.spec().owned && part_key.namespace == owner_key.namespace && part_key.owner == owner_key.name;
    let privileges =
        part_key.kind == Kind::Privilege && part_key.namespace == owner_key.namespace && part_key.owner == privilege_owner(owner_key);
    let attached = part.key_of(Attr::PartitionOf) == Some(owner_key);
    privileges
        || match owner_key.kind {
            Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => {
                on_it || attached || owns_sequence_on(part, owner_key)
            }
            Kind::Domain | Kind::Composite => on_it,
            Kind::Column => falls_with_column(part, owner_key),
            kind if kind.is_constraint() || matches!(kind, Kind::Index | Kind::Trigger) => attached,
            _ => false,
        }
}

fn owns_sequence_on(part: &Object, relation: Key) -> bool {
    let columns = [Attr::OwnedBy, Attr::IdentityOf].into_iter().filter_map(|attr| part.key_of(attr));
    part.key.kind == Kind::Sequence
        && columns.into_iter().any(|column| column.namespace == relation.namespace && column.owner == relation.name)
}

/// Constraints and indexes of the same relation go with a column that they list, and the sequence that it owns does. One that
/// speaks of the column in an expression goes too, but is dropped by name: nobody has to read the expression to know.
fn falls_with_column(part: &Object, column: Key) -> bool {
    let same = part.key.namespace == column.namespace && part.key.owner == column.owner;
    let stands = part.key.kind.is_constraint() || part.key.kind == Kind::Index;
    let listed =
        part.names(Attr::Columns).contains(&column.name) || part.parts(Attr::Parts).iter().any(|part| part.name() == Some(column.name));
    let sequence = [Attr::OwnedBy, Attr::IdentityOf].iter().any(|attr| part.key_of(*attr) == Some(column));
    (same && stands && listed) || (part.key.kind == Kind::Sequence && sequence)
}

/// Whether a partition's constraint or index goes with its parent's: not where the partition is detached and keeps it.
pub fn goes_with_parent(part: &Object, sides: Sides) -> bool {
    let Some(parent) = part.key_of(Attr::PartitionOf) else { return false };
    let stays = part.key.relation().and_then(|table| sides.desired.get(table)).is_some_and(|table| !table.has(Attr::PartitionOf));
    !stays && (!sides.desired.contains(parent) || super::route::is_made(parent, sides) || is_aside(parent, sides))
}

/// Why an index of a partition cannot go: its parent's stays, and holds it (manual, DROP INDEX).
pub fn held_by_parent(step: &Step, sides: Sides) -> Option<Refusal> {
    let index = sides.live.get(step.key).filter(|object| object.key.kind == Kind::Index && matches!(step.action, Action::Drop { .. }))?;
    let parent = index.key_of(Attr::PartitionOf)?;
    let table = index.key.relation().filter(|table| !super::route::is_made(*table, sides))?;
    let is_partition = sides.desired.get(table).is_some_and(|table| table.has(Attr::PartitionOf));
    let stays = sides.desired.contains(parent) && !super::route::is_made(parent, sides) && !is_aside(parent, sides);
    let held = is_partition && stays;
    held.then(|| Refusal {
        key: step.key,
        span: None,
        message: format!("{} cannot go: it is the part of {parent} on its table", step.key),
        help: "rename it to the name that the desired side has for that part, or make the index of the whole table anew".to_owned(),
    })
}

/// Whether a dependent must be gone while a column changes its type, or a type is made anew (manual, ALTER TABLE: views,
/// rules, policies, triggers and generated columns hold a column's type fast; constraints and indexes are rebuilt by the
/// server, but where no operator joins the old type and the new they are in the way too).
pub fn steps_aside(dependent: &Object, reshaped: Key, sides: Sides) -> bool {
    match (dependent.key.kind, reshaped.kind) {
        // A field changes where rows of its type are built by views: the rest finds the new one by itself.
        (kind, Kind::Column) if super::is_field(reshaped, sides.live) => {
            matches!(kind, Kind::View | Kind::MaterializedView | Kind::Rule | Kind::Policy | Kind::Trigger) || holds_parsed_body(dependent)
        }
        (Kind::View | Kind::MaterializedView | Kind::Rule | Kind::Policy | Kind::Trigger | Kind::Publication, _) => true,
        (Kind::Function | Kind::Procedure | Kind::Aggregate | Kind::Operator | Kind::Cast, _) => true,
        (Kind::Column, _) => dependent.has(Attr::Generated),
        (Kind::ForeignKey, _) => changes_family(reshaped, sides) || leaves(COMPARED, reshaped, sides),
        (Kind::Check | Kind::Exclusion, Kind::Column) => changes_family(reshaped, sides) || restated(dependent, reshaped, sides),
        (Kind::Check, Kind::Domain) => dependent.key.owner != reshaped.name,
        (Kind::Check | Kind::Exclusion, _) => true,
        (Kind::Index, Kind::Column) => {
            holds_expressions(dependent) && (changes_family(reshaped, sides) || restated(dependent, reshaped, sides))
        }
        (Kind::Index, _) => holds_expressions(dependent),
        _ => false,
    }
}

/// Whether an index is out of the way while a column that it speaks of gets another type.
pub fn is_aside(index: Key, sides: Sides) -> bool {
    let Some(object) = sides.live.get(index).filter(|object| object.key.kind == Kind::Index) else { return false };
    let Some(relation) = index.relation().and_then(|relation| sides.live.resolve(relation)) else { return false };
    let speaks = |column: Name| {
        texts(object).any(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == column.as_str()))
            || object.parts(Attr::Parts).iter().any(|part| part.name() == Some(column))
    };
    let retyped = |column: &Object| sides.desired.get(column.key).is_some_and(|desired| desired.get(Attr::Type) != column.get(Attr::Type));
    let mut columns = sides.live.parts(relation, Kind::Column).filter(|column| retyped(column) && speaks(column.key.name));
    columns.any(|column| steps_aside(object, column.key, sides))
}

/// Whether the reshaped column, or a column of the reshaped type, can be reached by an explicit cast only.
fn changes_family(reshaped: Key, sides: Sides) -> bool {
    if reshaped.kind != Kind::Column {
        return true;
    }
    let text = |side: Desired| side.get(reshaped).and_then(|column| column.fragment(Attr::Type)).map(|kind| kind.compared().to_owned());
    match (text(sides.live), text(sides.desired)) {
        (Some(from), Some(to)) => cast::using("c", &from, &to).is_some(),
        _ => false,
    }
}

/// A routine whose body the server keeps parsed.
fn holds_parsed_body(routine: &Object) -> bool {
    let starts = |body: &str, word: &str| body.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    routine.text(Attr::Body).is_some_and(|body| starts(body, "begin atomic") || starts(body, "return "))
}

/// Whether the column gets a type of another name, and not only of another size.
fn changes_base(reshaped: Key, sides: Sides) -> bool {
    base(reshaped, sides.live) != base(reshaped, sides.desired)
}

/// The name of a column's type, without its size.
fn base(column: Key, side: Desired) -> Option<String> {
    side.get(column).and_then(|column| column.fragment(Attr::Type)).map(|of| crate::dialects::postgres::types::base(of.compared()))
}

/// Whether the server, which reads its own text of an expression again when a column under it changes, would come to another one
/// than it comes to from the desired text: casts stay as they are, and a cast of a whole array becomes casts of its elements. The
/// rows are looked at again in either case.
fn restated(dependent: &Object, reshaped: Key, sides: Sides) -> bool {
    let varying = base(reshaped, sides.desired).as_deref() == Some("character varying");
    let marks: &[&str] = match (changes_base(reshaped, sides), varying) {
        (true, _) => &["::", " in (", "array["],
        (false, true) => &[" in (", "array["],
        (false, false) => &["])::"],
    };
    let says = |text: &str| marks.iter().any(|mark| text.to_ascii_lowercase().contains(mark));
    leaves(KIN, reshaped, sides) || texts(dependent).any(says)
}

/// What an index or constraint says in expressions.
fn texts(part: &Object) -> impl Iterator<Item = &str> {
    let facts = [Attr::Expression, Attr::Where].into_iter().filter_map(|attr| part.text(attr));
    let parts = part.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(&*fragment.text),
        PartTarget::Column(_) => None,
    });
    facts.chain(parts)
}

/// Types whose values the same operators and functions take.
const KIN: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character", "bpchar"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
];

/// Types of which a foreign key joins any two: those with operators across them in one family (manual, Operator Classes and
/// Operator Families). A foreign key between others cannot be implemented, and each column changes in a statement of its own.
const COMPARED: &[&[&str]] = &[
    &["smallint", "integer", "bigint"],
    &["real", "double precision"],
    &["text", "character varying", "character", "bpchar"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
];

/// Whether the column gets a type of another row than the one that it has.
fn leaves(rows: &[&[&str]], reshaped: Key, sides: Sides) -> bool {
    let (from, to) = (base(reshaped, sides.live), base(reshaped, sides.desired));
    let both = |row: &&[&str]| [&from, &to].iter().all(|base| base.as_deref().is_some_and(|base| row.contains(&base)));
    from != to && !rows.iter().any(both)
}

fn holds_expressions(index: &Object) -> bool {
    index.has(Attr::Where) || index.parts(Attr::Parts).iter().any(|part| part.name().is_none())
}
