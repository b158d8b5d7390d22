//! Keys over the same columns, where the server takes a shorter one away by itself when a longer one comes (MySQL Reference Manual,
//! FOREIGN KEY Constraints): what goes is gone by then.

use crate::ir::{Attr, Canonical, Key, Kind, Pair, Schema};
use crate::order::Strength;

use super::grouping::Groups;
use super::ordering::Vertex;

/// Pairs of an index that goes and a key that comes after it.
pub fn ordered(groups: &Groups, schema: Pair<&Schema<Canonical>>) -> Vec<(Vertex, Vertex, Strength)> {
    let mut pairs = Vec::new();
    for gone in groups.unmade.iter().filter(|key| key.kind == Kind::Index && !groups.made.contains(key)) {
        let (Some(relation), Some(index)) = (gone.relation(), schema.live.get(*gone).filter(|index| !index.has(Attr::Unique))) else {
            continue;
        };
        let columns = index.key_columns();
        let is_over =
            |key: &Key| schema.desired.get(*key).is_some_and(|key| !columns.is_empty() && key.key_columns().starts_with(&columns));
        let of_table = |key: &&Key| matches!(key.kind, Kind::Index | Kind::PrimaryKey) && key.relation() == Some(relation);
        let made = groups.made.iter().filter(of_table).filter(|key| is_over(key)).map(|key| Vertex::Make(*key));
        let altered = groups.altered.keys().filter(of_table).filter(|key| is_over(key)).map(|key| Vertex::Alter(*key));
        pairs.extend(made.chain(altered).map(|then| (Vertex::Unmake(*gone), then, Strength::Weak)));
    }
    pairs
}
