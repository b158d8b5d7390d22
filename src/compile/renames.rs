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
    let relations = relations(side, asked);
    let mut pairs: Vec<(Key, Key)> = asked.iter().filter_map(|asked| ends(side, asked, &relations)).collect();
    pairs.sort_by_key(|(old, _)| (old.kind.spec().owned, *old));
    pairs.dedup();
    pairs
        .into_iter()
        .map(|(old, new)| Op::Rename { key: Key { namespace: new.namespace, owner: new.owner, ..old }, to: new.name })
        .collect()
}

/// The relations that get other names: their parts may be spoken of under both.
fn relations(side: Pair<&Schema<Written>>, asked: &[Renamed]) -> Vec<(Key, Key)> {
    let pairs = asked.iter().filter_map(|asked| ends(side, asked, &[]));
    pairs.filter(|(old, _)| old.kind.is_relation()).collect()
}

/// A key after the renames of relations.
fn after(key: Key, relations: &[(Key, Key)]) -> Key {
    let is_its = |(old, _): &&(Key, Key)| key.kind.spec().owned && (old.namespace, old.name) == (key.namespace, key.owner);
    relations.iter().find(is_its).map_or(key, |(_, new)| Key { namespace: new.namespace, owner: new.name, ..key })
}

/// A name with the argument types of the other one, where that has some: a rename keeps them.
fn with_arguments(name: Name, other: Name) -> Name {
    match other.as_str().find('(') {
        Some(at) if !name.as_str().contains('(') => Name::new(&format!("{name}{}", &other.as_str()[at..])),
        _ => name,
    }
}

/// The live key and the desired key of a rename.
fn ends(side: Pair<&Schema<Written>>, asked: &Renamed, relations: &[(Key, Key)]) -> Option<(Key, Key)> {
    let (old, new) = match asked {
        Renamed::Hint(hint) => {
            let new = side.desired.resolve(hint.key)?;
            (Key { name: with_arguments(hint.from, new.name), ..new }, new)
        }
        Renamed::Known { old, new } => (*old, *new),
        Renamed::Said { old, new } => {
            let to = Name::new(parted(new).1);
            let renamed = |key: Key| Key { name: with_arguments(to, key.name), ..after(key, relations) };
            let mut found = spoken(side.live, parted(old), relations).map(|key| (key, renamed(key)));
            found.find(|(_, new)| side.desired.contains(*new))?
        }
    };
    let free = !side.live.contains(new) && side.desired.contains(new);
    (free && is_there(old, side.live, relations)).then_some((old, new))
}

/// Whether live has what a rename starts from: a part under its relation, or under the name that this had.
fn is_there(old: Key, live: &Schema<Written>, relations: &[(Key, Key)]) -> bool {
    let is_its = |(_, new): &&(Key, Key)| old.kind.spec().owned && (new.namespace, new.name) == (old.namespace, old.owner);
    let before = relations.iter().filter(is_its).map(|(was, _)| Key { namespace: was.namespace, owner: was.name, ..old });
    before.chain([old]).any(|key| live.resolve(key).is_some())
}

/// The owner and the name of a dotted name.
fn parted(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

/// What may be meant by a name: a routine by its name alone, too.
fn spoken<'a>(
    schema: &'a Schema<Written>,
    (owner, name): (&'a str, &'a str),
    relations: &'a [(Key, Key)],
) -> impl Iterator<Item = Key> + 'a {
    let keys = schema.iter().map(|object| object.key);
    let named = keys.filter(move |key| key.name.as_str() == name || key.bare() == name);
    named.filter(move |key| owner_is(*key, owner) || owner_is(after(*key, relations), owner))
}

fn owner_is(key: Key, owner: &str) -> bool {
    let names = [key.namespace.as_str(), key.owner.as_str()].into_iter().filter(|name| !name.is_empty());
    let whole = names.collect::<Vec<_>>().join(".");
    let ends = whole.strip_suffix(owner).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    owner.is_empty() && !key.kind.spec().owned || !owner.is_empty() && ends
}

/// A message for each rename that somebody typed and that renames nothing, unless it was carried out already.
pub fn unused(side: Pair<&Schema<Written>>, asked: &[Renamed]) -> Vec<Diagnostic> {
    let relations = relations(side, asked);
    let is_there = |name: (&str, &str)| spoken(side.live, name, &relations).next().is_some();
    let message = |renamed: &Renamed| {
        let Renamed::Said { old, new } = renamed else { return None };
        let ((owner, from), (_, to)) = (parted(old), parted(new));
        let whole = if owner.is_empty() { to.to_owned() } else { format!("{owner}.{to}") };
        let why = match (is_there((owner, from)), is_there((owner, to))) {
            _ if ends(side, renamed, &relations).is_some() => return None,
            (false, true) => return None,
            (true, true) => format!("live has {whole} already"),
            (true, false) => format!("desired has no {whole}"),
            (false, false) => format!("live has no {old}"),
        };
        let said = format!("the rename {old}={new} renames nothing: {why}");
        Some(Diagnostic::new(Code::UnusedRename, None, said).help("say it as in --rename booking.code=reference: table.column, or table"))
    };
    asked.iter().filter_map(message).collect()
}
