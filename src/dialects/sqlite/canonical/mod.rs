//! The form in which two SQLite schemas can be compared: texts as tokens, constraints named from their content, facts
//! that the engine takes for granted left out.

mod implied;
mod table;

use std::collections::HashSet;

use super::text::{canonical, canonical_default};
use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Fragment, Key, Kind, Object, Schema, Value, Written};

pub use implied::name as implied_name;

/// Rewrites a schema into its canonical form.
pub fn canonicalise(schema: &mut Schema<Written>) {
    let names = Names::of(schema);
    for object in schema.iter_mut() {
        set_canons(object, &names);
        drop_defaults(object);
    }
    table::settle(schema);
    implied::rename_by_content(schema);
}

/// The names that a double-quoted text may mean; it is a literal where there is no such name.
struct Names {
    columns: HashSet<(Name, Name)>,
    all: HashSet<Name>,
}

impl Names {
    fn of(schema: &Schema<Written>) -> Names {
        let columns: HashSet<_> = schema.of_kind(Kind::Column).map(|column| (column.key.owner, column.key.name)).collect();
        let all = schema.iter().map(|object| object.key.name).collect();
        Names { columns, all }
    }

    /// A table's own expressions can name its columns only; a view or trigger can name anything.
    fn holds(&self, key: Key, folded: &str) -> bool {
        let name = Name::new(folded);
        match key.kind {
            Kind::View | Kind::Trigger | Kind::VirtualTable => self.all.contains(&name),
            _ => self.columns.contains(&(key.owner, name)) || matches!(folded, "rowid" | "oid" | "_rowid_"),
        }
    }
}

/// Sets the canonical form of every text of an object.
fn set_canons(object: &mut Object, names: &Names) {
    let key = object.key;
    let is_name = |folded: &str| names.holds(key, folded);
    object.rewrite(|attr, value| match value {
        Value::Sql(Fragment { text, .. }) => {
            let canon = match attr {
                Attr::Default => canonical_default(text, &is_name),
                Attr::Type => canonical(text, &|_| true),
                _ => canonical(text, &is_name),
            };
            Some(Value::Sql(Fragment { text: text.clone(), canon: Some(canon.into()) }))
        }
        Value::Parts(parts) => {
            let mut parts = parts.clone();
            for part in &mut parts {
                if let PartTarget::Expression(Fragment { text, canon }) = &mut part.target {
                    *canon = Some(canonical(text, &is_name).into());
                }
            }
            Some(Value::Parts(parts))
        }
        _ => None,
    });
}

/// Facts that hold without being said (sqlite.org/lang_createtable.html, sections 3.5 and 3.6, and foreignkeys.html).
const DEFAULTS: &[(Attr, &str)] = &[
    (Attr::OnConflict, "abort"),
    (Attr::Collation, "binary"),
    (Attr::OnDelete, "no action"),
    (Attr::OnUpdate, "no action"),
    (Attr::GeneratedAs, "virtual"),
    (Attr::Match, "simple"),
    (Attr::Match, "none"),
    (Attr::Deferrable, "deferrable"),
    (Attr::Deferrable, "not deferrable"),
];

fn drop_defaults(object: &mut Object) {
    for (attr, text) in DEFAULTS {
        if object.text(*attr) == Some(*text) {
            object.set(*attr, None);
        }
    }
    if object.text(Attr::Type) == Some("") {
        object.set(Attr::Type, None);
    }
    // The name of a NOT NULL constraint is parsed and forgotten by the engine.
    object.set(Attr::NotNullName, None);
}
