//! Partition keys and bounds (manual, CREATE TABLE).

use super::definitions::unqualified;
use super::expressions::Place;
use super::normal;
use crate::dialects::postgres::analyse::literals::printed;
use crate::dialects::postgres::analyse::{Catalog, split_types};
use crate::dialects::postgres::lexer::{Token, ident, literal, tokens};
use crate::dialects::postgres::tree::Node;
use crate::dialects::postgres::{parse, print};
use crate::ir::{Attr, Fragment, Key, Kind, Object, Schema, Value, Written};

/// Keys first, then bounds, whose constants have the types of the parent's key.
pub fn settle(schema: &mut Schema<Written>, catalog: &Catalog) {
    let mut bounds: Vec<(Key, Vec<Option<String>>)> = Vec::new();
    let parted = |table: &&Object| table.has(Attr::PartitionBy) || table.has(Attr::PartitionBound);
    for table in schema.of_kind(Kind::Table).chain(schema.of_kind(Kind::ForeignTable)).filter(parted) {
        let parent = table.key_of(Attr::PartitionOf).and_then(|key| schema.get(key));
        bounds.push((table.key, parent.map_or_else(Vec::new, |parent| key_types(parent, catalog))));
    }
    for (key, types) in bounds {
        let Some(table) = schema.get_mut(key) else { continue };
        let place = place(table, catalog);
        if let Some(Value::Sql(fragment)) = table.get_mut(Attr::PartitionBy) {
            partition_key(fragment, &place);
        }
        if let Some(Value::Sql(fragment)) = table.get_mut(Attr::PartitionBound) {
            bound(fragment, &types);
        }
    }
}

fn place<'a>(table: &Object, catalog: &'a Catalog) -> Place<'a> {
    let columns = catalog.columns(table.key.namespace, table.key.name);
    Place::bare(table, catalog).with(table.key.name.as_str(), columns)
}

/// A foreign key that a partition has from its parent is called as that one: no dump tells its own name.
pub fn settle_foreign_keys(schema: &mut Schema<Written>) {
    // A dump holds no rings of parents; the limit is for texts that do.
    for _ in 0..64 {
        let other = |key: &Object| Some((key.key, Key { name: key.key_of(Attr::PartitionOf)?.name, ..key.key }));
        let named = schema.of_kind(Kind::ForeignKey).filter_map(other);
        let renamed: Vec<(Key, Key)> = named.filter(|(old, new)| old != new && !schema.contains(*new)).collect();
        if renamed.is_empty() {
            return;
        }
        for (old, new) in renamed {
            let below: Vec<Key> =
                schema.of_kind(Kind::ForeignKey).filter(|key| key.key_of(Attr::PartitionOf) == Some(old)).map(|key| key.key).collect();
            for key in below {
                schema.get_mut(key).into_iter().for_each(|key| key.set(Attr::PartitionOf, Some(Value::Key(new))));
            }
            if let Some(mut object) = schema.remove(old) {
                object.key = new;
                schema.insert(object);
            }
        }
    }
}

/// The index of a partition knows its parent by the kind that it has; a parent that stands on all partitions is whole.
pub fn settle_indexes(schema: &mut Schema<Written>) {
    const KINDS: [Kind; 4] = [Kind::Index, Kind::PrimaryKey, Kind::Unique, Kind::Exclusion];
    let (mut parents, mut alone): (Vec<(Key, Key)>, Vec<Key>) = Default::default();
    for object in KINDS.iter().flat_map(|kind| schema.of_kind(*kind)) {
        parents.extend(object.key_of(Attr::PartitionOf).and_then(|parent| Some((object.key, schema.resolve(parent)?))));
        alone.extend(object.has(Attr::Only).then_some(object.key));
    }
    for (key, parent) in &parents {
        if let Some(object) = schema.get_mut(*key) {
            object.set(Attr::PartitionOf, Some(Value::Key(*parent)));
        }
    }
    let tables: Vec<(Key, Key)> =
        schema.of_kind(Kind::Table).filter_map(|table| Some((table.key, table.key_of(Attr::PartitionOf)?))).collect();
    let whole = |index: &Key| {
        let mut partitions = tables.iter().filter(|(_, parent)| parent.namespace == index.namespace && parent.name == index.owner);
        let attached =
            |table: Key| parents.iter().any(|(key, parent)| parent == index && key.namespace == table.namespace && key.owner == table.name);
        partitions.all(|(table, _)| attached(*table))
    };
    for key in alone.into_iter().filter(whole) {
        if let Some(object) = schema.get_mut(key) {
            object.set(Attr::Only, None);
        }
    }
}

/// The strategy and the elements between the parentheses.
pub fn split(text: &str) -> Option<(String, Vec<String>)> {
    let (strategy, rest) = text.split_once('(')?;
    let inner = rest.trim().strip_suffix(')')?;
    Some((strategy.trim().to_ascii_uppercase(), split_types(inner)))
}

fn partition_key(fragment: &mut Fragment, place: &Place<'_>) {
    let Some((strategy, elements)) = split(&fragment.text) else { return normal(fragment) };
    // An element with an operator class is no expression.
    let element = |text: &String| place.tree(text).map_or_else(|| unqualified(text), |node| print::text(&node));
    let elements: Vec<String> = elements.iter().map(element).collect();
    fragment.canon = Some(format!("{strategy} ({})", elements.join(", ")).into());
}

/// The types of a parent's key columns; none for expressions.
fn key_types(parent: &Object, catalog: &Catalog) -> Vec<Option<String>> {
    let elements = parent.text(Attr::PartitionBy).and_then(split).map_or_else(Vec::new, |(_, elements)| elements);
    let place = place(parent, catalog);
    let column = |element: &String| {
        let first = tokens(element)?.into_iter().next()?;
        let (Token::Word(name) | Token::Quoted(name)) = first else { return None };
        place.scope.find(&[name.to_string()])?.ty
    };
    elements.iter().map(column).collect()
}

/// Constants as their column's type prints them; numbers and strings alike.
fn bound(fragment: &mut Fragment, types: &[Option<String>]) {
    let plain = with_constants(&fragment.text);
    let Some(tokens) = tokens(&plain) else { return normal(fragment) };
    let listed = tokens.iter().any(|token| matches!(token, Token::Word(word) if word == "in"));
    let mut out = String::new();
    let (mut depth, mut at) = (0, 0);
    let mut sign = "";
    for token in &tokens {
        let ty = types.get(if listed { 0 } else { at }).and_then(Option::as_deref).unwrap_or("text");
        let piece = match token {
            Token::Symbol("-") => {
                sign = "-";
                continue;
            }
            Token::Word(word) => word.to_string(),
            Token::Quoted(name) => ident(name).into_owned(),
            Token::Text(text) => literal(&printed(text, ty)),
            Token::Number(text) => literal(&printed(&format!("{sign}{text}"), ty)),
            Token::Bits(bits) => literal(bits),
            Token::Parameter(text) | Token::Symbol(text) => (*text).to_owned(),
        };
        sign = "";
        match piece.as_str() {
            "(" => (depth, at) = (depth + 1, if depth == 0 { 0 } else { at }),
            ")" => depth -= 1,
            "," if depth == 1 => at += 1,
            _ => {}
        }
        out.push_str(&piece);
        out.push(' ');
    }
    fragment.canon = Some(out.trim_end().into());
}

/// A bound with plain constants in its lists: the server keeps the values alone, in the types of the key.
fn with_constants(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inner, tail)) = closing(after).and_then(|at| Some((after.get(..at)?, after.get(at + 1..)?))) else { break };
        let elements = split_types(inner).into_iter().map(|element| constant(&element).unwrap_or(element));
        out.push_str(&format!("{before}({})", elements.collect::<Vec<_>>().join(", ")));
        rest = tail;
    }
    out + rest
}

/// Where the parenthesis closes that has just been opened.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (1, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The value of a constant under its casts, collations and signs.
fn constant(element: &str) -> Option<String> {
    let (mut node, mut sign) = (parse::expression(element)?, "");
    loop {
        node = match node {
            Node::Cast(inner, _) | Node::Collate(inner, _) => *inner,
            Node::Prefix(operator, inner) if operator == "+" => *inner,
            Node::Prefix(operator, inner) if operator == "-" && sign.is_empty() => {
                sign = "-";
                *inner
            }
            Node::Literal { value, .. } => return Some(literal(&format!("{sign}{value}"))),
            _ => return None,
        }
    }
}
