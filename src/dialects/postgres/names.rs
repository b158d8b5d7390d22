//! Identifiers: folding, and the names that the server gives to what its author did not name. The rules are those of
//! `makeObjectName`, `ChooseRelationName`, `ChooseConstraintName` and `ChooseIndexName` in the server's source.

use std::borrow::Cow;

use super::parse;
use super::tree::Node;
use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Part, Schema, Written};

/// The longest identifier: NAMEDATALEN - 1.
pub const NAME_BYTES: usize = 63;

/// Kinds whose names a new relation, index or constraint must not take, in one namespace.
const TAKEN: &[Kind] = &[
    Kind::Composite,
    Kind::Sequence,
    Kind::Table,
    Kind::ForeignTable,
    Kind::View,
    Kind::MaterializedView,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::Exclusion,
    Kind::Index,
];
/// Kinds that are constraints alone, and no relations.
const CONSTRAINTS: &[Kind] = &[Kind::Check, Kind::ForeignKey];

/// The name of an object without one.
pub fn implied(schema: &Schema<Written>, object: &Object) -> Name {
    let owner = object.key.owner;
    let (addition, label) = match object.key.kind {
        Kind::PrimaryKey => (None, "pkey"),
        Kind::Unique => (Some(addition(&listed(object))), "key"),
        Kind::Exclusion => (Some(addition(&elements(object))), "excl"),
        Kind::Index => (Some(addition(&elements(object))), "idx"),
        Kind::ForeignKey => (Some(joined(&listed(object))), "fkey"),
        Kind::Check => (only_column(schema, object), "check"),
        Kind::Sequence => (Some(object.key_of(Attr::OwnedBy).map_or(String::new(), |column| column.name.to_string())), "seq"),
        Kind::Statistics => (Some(joined(&statistics(object))), "stat"),
        _ => return Name::NONE,
    };
    let owner = if owner.is_none() { object.key_of(Attr::OwnedBy).map_or(owner, |column| column.owner) } else { owner };
    let is_free = |name: &str| is_free(schema, object.key, name);
    choose(owner.as_str(), addition.as_deref(), label, is_free)
}

/// The name of a partition's index or constraint that came with its parent's, where nothing else has it: that of one without a
/// name; a foreign key keeps its parent's.
pub fn usual(part: &Object) -> Option<String> {
    let (addition, label) = match part.key.kind {
        Kind::Index => (Some(addition(&elements(part))), "idx"),
        Kind::PrimaryKey => (None, "pkey"),
        Kind::Unique => (Some(addition(&listed(part))), "key"),
        Kind::ForeignKey => return part.key_of(Attr::PartitionOf).map(|parent| parent.name.to_string()),
        _ => return None,
    };
    Some(object_name(part.key.owner.as_str(), addition.as_deref(), label))
}

/// The first free name of `owner_addition_label`, `…label1`, `…label2`.
pub fn choose(owner: &str, addition: Option<&str>, label: &str, is_free: impl Fn(&str) -> bool) -> Name {
    let mut pass = 0;
    loop {
        let numbered = if pass == 0 { label.to_owned() } else { format!("{label}{pass}") };
        let name = object_name(owner, addition, &numbered);
        if is_free(&name) {
            return Name::new(&name);
        }
        pass += 1;
    }
}

/// Both parts are cut, the longer one first, until all fits; the label stays whole.
pub fn object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let room = NAME_BYTES.saturating_sub(overhead);
    let (mut one, mut two) = (first.len(), second.map_or(0, str::len));
    while one + two > room {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let mut name = clipped(first, one).to_owned();
    if let Some(second) = second {
        name.push('_');
        name.push_str(clipped(second, two));
    }
    name.push('_');
    name.push_str(label);
    name
}

/// The name that a column's NOT NULL constraint gets where none is given.
pub fn not_null(column: Key) -> String {
    object_name(column.owner.as_str(), Some(column.name.as_str()), "not_null")
}

/// At most `length` bytes of `text`, cut between characters.
fn clipped(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// An identifier as the server keeps it: no longer than it can hold.
pub fn truncated(name: &str) -> &str {
    clipped(name, NAME_BYTES)
}

/// [`truncated`], of a text that may be owned.
pub fn kept(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(truncated(name)),
        Cow::Owned(name) if name.len() > NAME_BYTES => Cow::Owned(truncated(&name).to_owned()),
        Cow::Owned(name) => Cow::Owned(name),
    }
}

fn is_free(schema: &Schema<Written>, key: Key, name: &str) -> bool {
    let name = Name::new(name);
    if key.kind == Kind::Statistics {
        return !schema.contains(Key { name, ..key });
    }
    let taken = |kinds: &[Kind]| kinds.iter().any(|kind| is_taken(schema, *kind, key.namespace, name));
    match key.kind {
        Kind::Check | Kind::ForeignKey => !taken(CONSTRAINTS) && !taken(&[Kind::PrimaryKey, Kind::Unique, Kind::Exclusion]),
        Kind::Index | Kind::Sequence => !taken(TAKEN),
        _ => !taken(TAKEN) && !taken(CONSTRAINTS),
    }
}

fn is_taken(schema: &Schema<Written>, kind: Kind, namespace: Name, name: Name) -> bool {
    if kind.spec().owned { schema.owner_of(kind, namespace, name).is_some() } else { schema.contains(Key::new(kind, namespace, name)) }
}

/// The columns of a key, with those that are only included.
fn listed(object: &Object) -> Vec<String> {
    let columns = object.names(Attr::Columns).iter().chain(object.names(Attr::Include));
    columns.map(|name| name.to_string()).collect()
}

fn elements(object: &Object) -> Vec<String> {
    let parts = object.parts(Attr::Parts).iter().map(element);
    parts.chain(object.names(Attr::Include).iter().map(|name| name.to_string())).collect()
}

/// What an index column is called: the column, the function, else `expr`.
fn element(part: &Part) -> String {
    match &part.target {
        PartTarget::Column(name) => name.to_string(),
        PartTarget::Expression(fragment) => {
            parse::expression(&fragment.text).and_then(|node| figured(&node)).unwrap_or_else(|| "expr".to_owned())
        }
    }
}

fn statistics(object: &Object) -> Vec<String> {
    let columns = object.names(Attr::Columns).iter().map(|name| name.to_string());
    columns.chain(object.parts(Attr::Parts).iter().map(element)).collect()
}

/// Names of an index: numbered where one comes twice, joined until no more fits.
fn addition(columns: &[String]) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for column in columns {
        let mut name = column.clone();
        let mut number = 0;
        while distinct.contains(&name) {
            number += 1;
            let digits = number.to_string();
            name = format!("{}{digits}", clipped(column, NAME_BYTES - digits.len()));
        }
        distinct.push(name);
    }
    joined(&distinct)
}

fn joined(columns: &[String]) -> String {
    let mut out = String::new();
    for column in columns {
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(column);
        if out.len() > NAME_BYTES {
            break;
        }
    }
    out
}

/// The column of a check that speaks of one column alone; a check of a domain speaks of none.
fn only_column(schema: &Schema<Written>, object: &Object) -> Option<String> {
    if schema.contains(Key::new(Kind::Domain, object.key.namespace, object.key.owner)) {
        return None;
    }
    let mut node = parse::expression(object.text(Attr::Expression)?)?;
    let mut columns = Vec::new();
    node.columns(&mut columns);
    match columns.as_slice() {
        [column] => Some(column.clone()),
        _ => None,
    }
}

/// The name that a result column or index column gets from its expression (`FigureColname`).
pub fn figured(node: &Node) -> Option<String> {
    strength(node).map(|(name, _)| name)
}

/// A name, and whether it is a good one: a cast's type name yields to a better one.
fn strength(node: &Node) -> Option<(String, bool)> {
    let good = |name: &str| Some((name.to_owned(), true));
    match node {
        Node::Column(path) => path.last().and_then(|name| good(name)),
        Node::Field(_, name) => good(name),
        Node::Subscript(inner, _) | Node::Collate(inner, _) => strength(inner),
        Node::Call(call) => call.name.last().and_then(|name| good(name)),
        Node::Cast(inner, ty) => strength(inner).filter(|(_, good)| *good).or_else(|| Some((short_name(ty), false))),
        Node::Case { otherwise, .. } => {
            otherwise.as_ref().and_then(|node| strength(node)).filter(|(_, good)| *good).or_else(|| Some(("case".to_owned(), false)))
        }
        Node::Literal { ty: Some(ty), .. } if ty == "boolean" => Some(("bool".to_owned(), false)),
        Node::Array(_) | Node::ArrayOf(_) => good("array"),
        Node::Row(_) => good("row"),
        Node::Exists(_) => good("exists"),
        Node::Scalar(query) => match &query.body {
            super::tree::Body::Select(select) => {
                let target = select.targets.first()?;
                target.name.clone().map(|name| (name, true)).or_else(|| strength(&target.expr))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The catalog's name of a printed type: `int4` for `integer`.
fn short_name(ty: &str) -> String {
    const NAMES: &[(&str, &str)] = &[
        ("integer", "int4"),
        ("smallint", "int2"),
        ("bigint", "int8"),
        ("boolean", "bool"),
        ("real", "float4"),
        ("double precision", "float8"),
        ("character varying", "varchar"),
        ("character", "bpchar"),
        ("bit varying", "varbit"),
        ("timestamp with time zone", "timestamptz"),
        ("timestamp without time zone", "timestamp"),
        ("time with time zone", "timetz"),
        ("time without time zone", "time"),
    ];
    let base = super::types::base(ty.trim_end_matches("[]"));
    let printed = NAMES.iter().find(|(printed, _)| *printed == base).map_or(base.as_str(), |(_, short)| short);
    let printed = if printed.starts_with("interval") { "interval" } else { printed };
    printed.rsplit('.').next().unwrap_or(printed).trim_matches('"').to_owned()
}

/// An unquoted word as the server holds it: in lower case.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word) }
}

#[cfg(test)]
mod tests;
