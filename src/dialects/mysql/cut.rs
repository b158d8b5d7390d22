//! Keys over longer values than an engine takes: MariaDB keeps the beginning of each part, says so in a note, and prints its length.
//! A unique key that is too long is kept as a hash of the whole, and what cannot be kept is refused (MariaDB, Storage Engine Index
//! Types, InnoDB Limitations; measured on 10.11).

use super::family::Family;
use super::types::{self, Class};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Part, Schema, Value};

/// How many bytes of a value a key holds, by engine.
const LIMITS: &[(&str, u64)] = &[("InnoDB", 3072), ("Aria", 2300), ("MyISAM", 1000)];

/// Cuts the parts of a table's keys whose columns know their character sets.
pub fn parts(side: &mut Schema<Canonical>, table: Key, family: &Family) {
    let engine = side.get(table).and_then(|table| table.text(Attr::Engine)).unwrap_or("InnoDB");
    let Some((_, limit)) = LIMITS.iter().find(|(name, _)| family.guards && name.eq_ignore_ascii_case(engine)) else { return };
    let ordered = |index: &&Object| matches!(index.text(Attr::Method), None | Some("btree"));
    let keys: Vec<Key> = side.parts(table, Kind::Index).filter(ordered).map(|index| index.key).collect();
    for key in keys {
        let Some(mut index) = side.get(key).cloned() else { continue };
        let mut parts = index.parts(Attr::Parts).to_vec();
        let lengths: Vec<Option<Length>> = parts.iter().map(|part| length(part, side, table)).collect();
        if index.has(Attr::Unique) {
            let whole =
                lengths.iter().flatten().fold(0, |sum: u64, length| sum.saturating_add(length.characters.saturating_mul(length.bytes)));
            if whole > *limit {
                index.set(Attr::Method, Some(Value::text("hash")));
            }
        } else {
            for (part, length) in parts.iter_mut().zip(lengths) {
                part.prefix = length.and_then(|length| length.kept(*limit)).or(part.prefix);
            }
            index.set(Attr::Parts, Some(Value::Parts(parts)));
        }
        side.insert(index);
    }
}

/// How long a part of a key is by what the text says.
struct Length {
    characters: u64,
    /// How many bytes a character takes at most.
    bytes: u64,
    /// The column is a text of no stated length, and the key states none.
    unsaid: bool,
}

impl Length {
    /// How many characters the key holds, where they are fewer than it says.
    fn kept(&self, limit: u64) -> Option<u32> {
        let most = limit / self.bytes;
        (self.unsaid || self.characters > most).then(|| self.characters.min(most) as u32)
    }
}

fn length(part: &Part, side: &Schema<Canonical>, table: Key) -> Option<Length> {
    let column = side.get(table.child(Kind::Column, part.name()?))?;
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
    let unsaid = part.prefix.is_none() && matches!(class, Class::Text | Class::Blob);
    Some(Length { characters: part.prefix.map_or(whole, u64::from), bytes, unsaid })
}
