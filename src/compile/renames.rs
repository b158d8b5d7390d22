//! Renames that somebody vouches for: `--rename`, the settings, and the comments in desired. None is guessed.

use super::{Options, Source};
use crate::base::{Code, Diagnostic, Name};
use crate::dialects::Dialect;
use crate::ir::{Key, Op, Pair, Schema, Written};
use crate::sources::RenameHint;

/// A rename that somebody vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// Old and new name as typed, dotted.
    Said { old: String, new: String },
    /// A comment in the desired SQL.
    Hint(RenameHint),
    /// Both keys are known: the way back of a rename.
    Known { old: Key, new: Key },
}

/// The renames that somebody vouches for: asked for, or said in desired.
pub fn vouched(desired: &Source, options: &Options, dialect: &dyn Dialect) -> Vec<Renamed> {
    let fold = |name: &String| if dialect.rules().caseless { name.to_ascii_lowercase() } else { name.clone() };
    let folded = |renamed: &Renamed| match renamed {
        Renamed::Said { old, new } => Renamed::Said { old: fold(old), new: fold(new) },
        Renamed::Hint(_) | Renamed::Known { .. } => renamed.clone(),
    };
    options.renames.iter().map(folded).chain(desired.reading.renames.iter().cloned().map(Renamed::Hint)).collect()
}

/// The renames for which both ends are there: relations first, so that parts are found under their new owner.
pub fn asked(side: Pair<&Schema<Written>>, asked: &[Renamed]) -> Vec<Op> {
    let mut pairs: Vec<(Key, Key)> = asked.iter().filter_map(|asked| ends(side, asked)).collect();
    pairs.sort_by_key(|(old, _)| (old.kind.spec().owned, *old));
    pairs.dedup();
    pairs
        .into_iter()
        .map(|(old, new)| Op::Rename { key: Key { namespace: new.namespace, owner: new.owner, ..old }, to: new.name })
        .collect()
}

/// An old name with the argument types of the new one, where that has some: a rename keeps them.
fn with_arguments(from: Name, new: Name) -> Name {
    match new.as_str().find('(') {
        Some(at) if !from.as_str().contains('(') => Name::new(&format!("{from}{}", &new.as_str()[at..])),
        _ => from,
    }
}

/// The live key and the desired key of a rename.
fn ends(side: Pair<&Schema<Written>>, asked: &Renamed) -> Option<(Key, Key)> {
    let (old, new) = match asked {
        Renamed::Hint(hint) => {
            let new = side.desired.resolve(hint.key)?;
            (Key { name: with_arguments(hint.from, new.name), ..new }, new)
        }
        Renamed::Known { old, new } => (*old, *new),
        Renamed::Said { old, new } => {
            let (owner, from) = old.rsplit_once('.').unwrap_or(("", old));
            let to = new.rsplit_once('.').map_or(new.as_str(), |(_, name)| name);
            let found = side.live.iter().find(|object| {
                object.key.name.as_str() == from && owner_is(object.key, owner) && is_wanted(side.desired, object.key, to)
            })?;
            (found.key, Key { name: to.into(), ..found.key })
        }
    };
    let free = !side.live.contains(new) && side.desired.contains(new);
    (free && (old.kind.spec().owned || side.live.contains(old))).then_some((old, new))
}

fn owner_is(key: Key, owner: &str) -> bool {
    let names = [key.namespace.as_str(), key.owner.as_str()].into_iter().filter(|name| !name.is_empty());
    let whole = names.collect::<Vec<_>>().join(".");
    let ends = whole.strip_suffix(owner).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    owner.is_empty() && !key.kind.spec().owned || !owner.is_empty() && ends
}

fn is_wanted(desired: &Schema<Written>, key: Key, to: &str) -> bool {
    desired.iter().any(|object| object.key.kind == key.kind && object.key.namespace == key.namespace && object.key.name.as_str() == to)
}

/// A message for each rename whose old name live does not have, or whose new name desired does not have, unless it was carried out
/// already.
pub fn unused(side: Pair<&Schema<Written>>, asked: &[Renamed]) -> Vec<Diagnostic> {
    let spoken = |schema: &Schema<Written>, name: &str| {
        let (owner, name) = name.rsplit_once('.').unwrap_or(("", name));
        schema.iter().any(|object| object.key.bare() == name && owner_is(object.key, owner))
    };
    let message = |renamed: &Renamed| {
        let Renamed::Said { old, new } = renamed else { return None };
        let owner = old.rsplit_once('.').map_or("", |(owner, _)| owner);
        let to = new.rsplit_once('.').map_or(new.as_str(), |(_, name)| name);
        let to = if owner.is_empty() { to.to_owned() } else { format!("{owner}.{to}") };
        let (side, missing) = match (spoken(side.live, old), spoken(side.desired, &to)) {
            (true, true) => return None,
            (false, _) if spoken(side.live, &to) => return None,
            (false, _) => ("live", old),
            (true, false) => ("desired", &to),
        };
        let said = format!("the rename {old}={new} renames nothing: {side} has no {missing}");
        Some(Diagnostic::new(Code::UnusedRename, None, said).help("say it as in --rename booking.code=reference: table.column, or table"))
    };
    asked.iter().filter_map(message).collect()
}
