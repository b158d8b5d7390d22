//! Keys over longer values than an engine takes: MariaDB keeps the beginning of each part, says so in a note, and prints its length.
//! A unique key over whole texts is kept as a hash, and one that cannot be kept is refused (MariaDB, Storage Engine Index Types, InnoDB
//! Limitations; measured on 10.11).

use super::family::Family;
use super::types::{self, Class};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Part, Schema, Value};

/// How many bytes of a value a key holds, by engine.
const LIMITS: &[(&str, u64)] = &[("InnoDB", 3072), ("Aria", 2300), ("MyISAM", 1000)];

/// Cuts the parts of a table's keys whose columns know their character sets.
pub fn parts(side: &mut Schema<Canonical>, table: Key, family: &Family) {
    let engine = side.get(table).and_then(|table| table.text(Attr::Engine)).unwrap_or("InnoDB");
    let Some((_, limit)) = LIMITS.iter().find(|(name, _)| family.guards && name.eq_ignore_ascii_case(engine)) else { return };
    let ordered = |index: &&Object| !index.has(Attr::Unique) && matches!(index.text(Attr::Method), None | Some("btree"));
    let keys: Vec<Key> = side.parts(table, Kind::Index).filter(ordered).map(|index| index.key).collect();
    for key in keys {
        let Some(mut parts) = side.get(key).map(|index| index.parts(Attr::Parts).to_vec()) else { continue };
        for part in &mut parts {
            let column = part.name().and_then(|name| side.get(table.child(Kind::Column, name)));
            let kept = column.and_then(|column| kept(part, column, *limit));
            part.prefix = kept.or(part.prefix);
        }
        if let Some(index) = side.get_mut(key) {
            index.set(Attr::Parts, Some(Value::Parts(parts)));
        }
    }
}

/// How many characters of the column the key holds, where they are fewer than it says.
fn kept(part: &Part, column: &Object, limit: u64) -> Option<u32> {
    let data_type = column.text(Attr::Type)?;
    let class = types::class(data_type);
    let bytes = match class {
        Class::Character | Class::Text => types::character_bytes(column.text(Attr::Charset)?),
        Class::Binary | Class::Blob => 1,
        _ => return None,
    };
    let whole = match class {
        Class::Character | Class::Binary => types::parts(data_type).arguments?.parse::<u64>().ok()?,
        _ if data_type.starts_with("tiny") => 255,
        _ => u64::MAX,
    };
    let said = part.prefix.map_or(whole, u64::from);
    let unsaid = part.prefix.is_none() && matches!(class, Class::Text | Class::Blob);
    (unsaid || said > limit / bytes).then(|| said.min(limit / bytes) as u32)
}
