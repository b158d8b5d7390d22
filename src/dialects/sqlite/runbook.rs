//! SQLite in runbooks.

use crate::dialects::runbook::Runbook;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

pub const RUNBOOK: Runbook = Runbook {
    backup: include_str!("backup.sh"),
    quiet: "Stop every program that writes to the file, and leave it stopped until the verification is through.",
    run: "sqlite3 -bail DATABASE < {}",
    preamble: ".bail on\n",
    restore: "cp DATABASE.before DATABASE",
    failed: "The patch is one transaction: a statement that fails leaves everything as it was.",
    text: "TEXT",
    catalog: include_str!("catalog.sql"),
    around: ("", ""),
    characters: "",
};

/// The line of the catalog query that an object must lead to; none where the query does not ask for it.
pub fn fact(object: &Object, schema: &Schema<Canonical>) -> Option<String> {
    let key = object.key;
    let name = [key.owner, key.name].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    let (noun, name) = (key.kind.spec().noun, name.to_lowercase());
    match key.kind {
        Kind::Table | Kind::View | Kind::VirtualTable | Kind::Trigger => Some(format!("{noun} {name}")),
        Kind::Index => Some(format!("{noun} {name}{}", if object.has(Attr::Unique) { " unique" } else { "" })),
        Kind::Column if schema.contains(Key::new(Kind::Table, key.namespace, key.owner)) => {
            let kind = object.fragment(Attr::Type).map_or(String::new(), |kind| kind.compared().to_lowercase().replace(' ', ""));
            let null = if object.has(Attr::NotNull) { " not null" } else { "" };
            let value = match (object.has(Attr::Generated), object.has(Attr::Default)) {
                (true, _) => " generated",
                (_, true) => " default",
                _ => "",
            };
            Some(format!("{noun} {name}: {kind}{null}{value}"))
        }
        _ => None,
    }
}
