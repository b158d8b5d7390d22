//! The keys of constraints. SQLite gives a constraint's name no meaning but in the message of a failing CHECK, lets two
//! bear the same, and shows none in its catalogue: what a constraint says is what it is called here.

use crate::base::Name;
use crate::dialects::sqlite::text::canonical;
use crate::ir::value::{Part, PartTarget};
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// The name of an object that has none: its content, counted on where the same is said twice.
pub fn name(schema: &Schema<Written>, object: &Object) -> Name {
    let content = content(object);
    let mut name = Name::new(&content);
    let mut count = 1;
    while schema.contains(Key { name, ..object.key }) {
        count += 1;
        name = Name::new(&format!("{content} #{count}"));
    }
    name
}

/// Holds every constraint under the name that its content gives, in the order in which they were said.
pub fn rename_by_content(schema: &mut Schema<Written>) {
    let mut keys: Vec<(u32, Key)> =
        schema.iter().filter(|object| object.key.kind.is_constraint()).map(|object| (object.ordinal, object.key)).collect();
    keys.sort_unstable();
    let constraints: Vec<Object> = keys.into_iter().filter_map(|(_, key)| schema.remove(key)).collect();
    for mut constraint in constraints {
        let name = name(schema, &constraint);
        constraint.key.name = name;
        schema.insert(constraint);
    }
}

fn content(object: &Object) -> String {
    let columns = listed(object);
    match object.key.kind {
        Kind::PrimaryKey => "primary key".to_owned(),
        Kind::Unique => format!("unique ({columns})"),
        Kind::ForeignKey => {
            let target = object.key_of(Attr::References).map_or("", |key| key.name.as_str());
            let referenced: Vec<&str> = object.names(Attr::ReferencedColumns).iter().map(|name| name.as_str()).collect();
            format!("foreign key ({columns}) references {target} ({})", referenced.join(", "))
        }
        Kind::Check => {
            let given = object.text(Attr::Spelling).map(|name| format!("{} ", name.to_ascii_lowercase())).unwrap_or_default();
            let expression = object.fragment(Attr::Expression);
            let canon = expression.map(|fragment| fragment.canon.as_deref().map_or_else(|| tokens(&fragment.text), str::to_owned));
            format!("{given}check ({})", canon.unwrap_or_default())
        }
        _ => object.key.kind.spec().noun.to_owned(),
    }
}

fn tokens(text: &str) -> String {
    canonical(text, &|_| false)
}

/// The columns of a constraint as one text.
fn listed(object: &Object) -> String {
    let names = object.names(Attr::Columns).iter().map(|name| name.as_str().to_owned());
    let parts = object.parts(Attr::Parts).iter().map(part_text);
    names.chain(parts).collect::<Vec<_>>().join(", ")
}

fn part_text(part: &Part) -> String {
    let target = match &part.target {
        PartTarget::Column(name) => name.as_str().to_owned(),
        PartTarget::Expression(fragment) => fragment.compared().to_owned(),
    };
    let collation = part.collation.as_ref().map(|name| format!(" collate {name}")).unwrap_or_default();
    let direction = if part.descending { " desc" } else { "" };
    format!("{target}{collation}{direction}")
}
