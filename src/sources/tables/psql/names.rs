//! Names as SQL writes them, and whose relation an unqualified name means.

use std::collections::BTreeSet;

use super::super::words::parts_of;
use super::blocks::Block;
use super::grammar::Title;
use crate::base::Name;
use crate::ir::{Key, Kind};

/// A name between double quotes.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The title's relation, qualified.
pub fn relation(title: &Title<'_>) -> String {
    format!("{}.{}", quote(title.namespace), quote(title.name))
}

/// A text between single quotes.
pub fn literal(text: &str) -> String {
    if text.contains('\\') {
        return format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}

pub fn key(kind: Kind, title: &Title<'_>) -> Key {
    Key::new(kind, Name::new(title.namespace), Name::new(title.name))
}

/// The namespace that psql printed without: it leaves out the schema of what the search path finds.
///
/// The text does not say the path. Where all relations stand in one schema it is that one, else the default.
pub fn search_path(blocks: &[Block<'_>]) -> String {
    let namespaces: BTreeSet<&str> = blocks.iter().map(|block| block.title.namespace).collect();
    match namespaces.first() {
        Some(only) if namespaces.len() == 1 && *only != "public" => format!("SET search_path = {}, public", quote(only)),
        _ => "SET search_path = public".to_owned(),
    }
}

/// The relation among the shown ones that a printed name means.
pub fn find<'b, 't>(blocks: &'b [Block<'t>], printed: &str) -> Option<&'b Block<'t>> {
    let parts = parts_of(printed);
    match parts.as_slice() {
        [namespace, name] => blocks.iter().find(|block| block.title.namespace == namespace && block.title.name == name),
        [name] => {
            let mut same = blocks.iter().filter(|block| block.title.name == name);
            let first = same.next()?;
            let public = std::iter::once(first).chain(same).find(|block| block.title.namespace == "public");
            public.or(Some(first))
        }
        _ => None,
    }
}
