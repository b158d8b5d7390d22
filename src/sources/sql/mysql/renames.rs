//! Renames of one ALTER TABLE: all speak of the names from before the statement, so that two columns can change places.

use crate::base::Name;
use crate::ir::{Key, Op};
use crate::sources::sql::statement::Statement;

/// Lets what gives its name to another part of the table stand under a name of its own first, from the operation `first` on.
pub fn apart(statement: &mut Statement<'_, '_>, first: usize) {
    let renames: Vec<(Key, Name)> = statement.effects.ops[first..]
        .iter()
        .filter_map(|located| match &located.op {
            Op::Rename { key, to } if key.kind.spec().owned => Some((*key, *to)),
            _ => None,
        })
        .collect();
    let is_taken = |key: &Key| {
        let takes =
            |(other, to): &(Key, Name)| other != key && other.kind == key.kind && to.as_str().eq_ignore_ascii_case(key.name.as_str());
        renames.iter().any(takes)
    };
    let aside: Vec<Key> = renames.iter().map(|(key, _)| *key).filter(is_taken).collect();
    for located in &mut statement.effects.ops[first..] {
        if let Op::Rename { key, .. } = &mut located.op
            && aside.contains(key)
        {
            key.name = own_name(*key);
        }
    }
    let mark = statement.mark();
    let end = statement.effects.ops.len();
    for key in aside {
        statement.push_from(mark, Op::Rename { key, to: own_name(key) });
    }
    let moved = statement.effects.ops.len() - end;
    statement.effects.ops[first..].rotate_right(moved);
}

/// A name that no user could write.
fn own_name(key: Key) -> Name {
    Name::new(&format!("{}\u{1}", key.name))
}
