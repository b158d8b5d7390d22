//! Texts that speak of what got another name: defaults, checks, elements of indexes, type names, queries that are no trees here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::value::{Part, PartTarget};
use crate::ir::{Attr, Family, Fragment, Key, Kind, Pair, Schema, Value, Written};

/// Lets texts follow a renamed or moved relation, type, routine or collation, or what a namespace holds.
pub fn in_texts(schema: &mut Schema<Written>, key: Pair<Key>, speaking: &BTreeSet<Key>, dialect: &dyn Dialect) {
    let kind = key.live.kind;
    let parts = kind == Kind::Index || kind.is_constraint() || matches!(kind, Kind::Trigger | Kind::Policy | Kind::Column);
    if parts || !dialect.texts_follow_renames() || is_overloaded(schema, key) {
        return;
    }
    let follow = Follow { key, dialect };
    // A publication's tables are names of its options.
    let publications: Vec<Key> = schema.keys_of(Kind::Publication).collect();
    for object in speaking.iter().chain(&publications) {
        schema.get_mut(*object).into_iter().for_each(|object| object.rewrite(|attr, value| follow.value(attr, value)));
    }
}

/// The facts that hold the names of types.
const TYPES: &[Attr] = &[Attr::Type, Attr::Parameters];

/// Lets constants of an enum follow a label: `'old'::type`, and a plain string where a column of the type has it by default.
pub fn in_labels(schema: &mut Schema<Written>, of: Key, label: Pair<&str>, dialect: &dyn Dialect) {
    let literal = |label: &str| format!("'{}'", label.replace('\'', "''"));
    let label = label.map(literal);
    let mut types = vec![format!("{}.{}", dialect.quote(of.namespace), dialect.quote(of.name))];
    // A name without its namespace may be that of another enum.
    if !schema.keys_of(Kind::Enum).any(|other| other.name == of.name && other != of) {
        types.push(dialect.quote(of.name));
    }
    let typed = |after: &str| {
        let named = after.strip_prefix("::").and_then(|rest| types.iter().find_map(|name| rest.strip_prefix(name.as_str())));
        named.is_some_and(|rest| !rest.starts_with(is_name) && !rest.starts_with('.'))
    };
    let followed = |attr: Attr, value: &Value, own: bool| {
        let Value::Sql(fragment) = value else { return None };
        if attr == Attr::Body || !fragment.text.contains(&label.live) {
            return None;
        }
        let mut out = String::with_capacity(fragment.text.len());
        let mut rest: &str = &fragment.text;
        while let Some(first) = rest.chars().next() {
            let (word, after) = rest.split_at(token_len(rest, first));
            let is_it = word == label.live && (typed(after) || own && attr == Attr::Default && fragment.text.trim() == label.live);
            out.push_str(if is_it { &label.desired } else { word });
            rest = after;
        }
        (*out != *fragment.text).then(|| Value::Sql(Fragment::new(out)))
    };
    for key in schema.mentioning(of.name) {
        let Some(object) = schema.get_mut(key) else { continue };
        let own = object.text(Attr::Type).is_some_and(|ty| types.iter().any(|name| name == ty));
        object.rewrite(|attr, value| followed(attr, value, own));
    }
}

/// Lets the column lists and the row filters of publications follow a column.
pub fn in_members(schema: &mut Schema<Written>, column: &Follow<'_>) {
    let Key { namespace, owner, .. } = column.key.live;
    let quote = |name: Name| column.dialect.quote(name);
    let member = Name::new(&format!("TABLE {}.{}", quote(namespace), quote(owner)));
    let publications: Vec<Key> = schema.keys_of(Kind::Publication).collect();
    for publication in publications {
        let Some(Value::Options(options)) = schema.get_mut(publication).and_then(|object| object.get_mut(Attr::Options)) else { continue };
        options.get_mut(&member).into_iter().for_each(|said| *said = column.words(said).into());
    }
}

/// Lets a statistics object follow a column: `CREATE STATISTICS name ON columns FROM table`.
pub fn in_statistics(schema: &mut Schema<Written>, column: &Follow<'_>) {
    let Key { namespace, owner, .. } = column.key.live;
    let quote = |name: Name| column.dialect.quote(name);
    let names = [format!("{}.{}", quote(namespace), quote(owner)), quote(owner)];
    let speaking = schema.mentioning(owner).into_iter().filter(|key| key.kind == Kind::Statistics);
    for key in speaking.collect::<Vec<Key>>() {
        let Some(Value::Sql(fragment)) = schema.get_mut(key).and_then(|object| object.get_mut(Attr::Definition)) else { continue };
        let parts = around_from(&fragment.text).filter(|(_, of)| names.contains(of));
        let after = parts.map(|(head, of)| format!("{} FROM {of}", column.words(head)));
        after.into_iter().for_each(|after| *fragment = Fragment::new(after));
    }
}

/// What stands before the last FROM, and the relation behind it as it is printed.
pub fn around_from(text: &str) -> Option<(&str, String)> {
    let lower = text.to_ascii_lowercase();
    let blank = |at: Option<char>| at.is_some_and(char::is_whitespace);
    let parts = |at: usize| Some((text.get(..at)?, text.get(at + "from".len()..)?));
    let mut places = lower.rmatch_indices("from").filter_map(|(at, _)| parts(at));
    let (head, of) = places.find(|(head, of)| blank(head.chars().last()) && blank(of.chars().next()))?;
    let of = of.trim();
    Some((head.trim_end(), if of.contains('"') { of.to_owned() } else { of.to_ascii_lowercase() }))
}

/// Whether another routine has the name that this one had: which of them a text calls, its arguments say.
fn is_overloaded(schema: &Schema<Written>, key: Pair<Key>) -> bool {
    let routines = [Kind::Function, Kind::Procedure, Kind::Aggregate];
    let same = |other: Key| other.namespace == key.live.namespace && other.bare() == key.live.bare() && other != key.live;
    routines.contains(&key.live.kind) && routines.into_iter().flat_map(|kind| schema.keys_of(kind)).any(same)
}

/// What was renamed or moved, for the texts that speak of it.
pub struct Follow<'a> {
    pub key: Pair<Key>,
    pub dialect: &'a dyn Dialect,
}

/// A piece of a text: the two pieces that stand before it, whether it stands in the parentheses of a CAST, and what follows.
struct Place<'t> {
    before: [&'t str; 2],
    in_cast: bool,
    after: &'t str,
}

impl Follow<'_> {
    /// A fact's value afterwards, where it changes. The bodies of routines are texts to the server too, which follow nothing.
    fn value(&self, attr: Attr, value: &Value) -> Option<Value> {
        let has_collations = matches!(self.key.live.kind, Kind::Collation | Kind::Namespace);
        match value {
            Value::Sql(fragment) if TYPES.contains(&attr) => self.type_name(fragment).map(Value::Sql),
            Value::Sql(fragment) if attr != Attr::Body => self.fragment(fragment).map(Value::Sql),
            Value::Text(text) if attr == Attr::Collation && has_collations => self.name(text).map(Value::Text),
            Value::Parts(parts) => changed(parts, |part| self.part(part)).map(Value::Parts),
            // The tables of a publication.
            Value::Options(options) if options.keys().any(|member| member.as_str().starts_with("TABLE ")) => {
                let member = |member: Name| self.name(member.as_str()).map_or(member, |after| Name::new(&after));
                let after: BTreeMap<Name, Arc<str>> = options.iter().map(|(name, said)| (member(*name), said.clone())).collect();
                (after != *options).then_some(Value::Options(after))
            }
            _ => None,
        }
    }

    /// An index's element: its expression, its collation and its operator class.
    fn part(&self, part: &Part) -> Option<Part> {
        let fragment = match &part.target {
            PartTarget::Expression(fragment) => self.fragment(fragment),
            PartTarget::Column(_) => None,
        };
        let named = |kind: Kind, name: &Option<Arc<str>>| {
            let name = name.as_ref().filter(|_| self.key.live.kind == kind || self.key.live.kind == Kind::Namespace);
            name.and_then(|name| self.name(name))
        };
        let collation = named(Kind::Collation, &part.collation);
        let opclass = named(Kind::OperatorClass, &part.opclass);
        (fragment.is_some() || collation.is_some() || opclass.is_some()).then(|| Part {
            target: fragment.map_or_else(|| part.target.clone(), PartTarget::Expression),
            collation: collation.or_else(|| part.collation.clone()),
            opclass: opclass.or_else(|| part.opclass.clone()),
            ..part.clone()
        })
    }

    fn name(&self, text: &str) -> Option<Arc<str>> {
        self.fragment(&Fragment::new(text)).map(|after| after.text)
    }

    /// A text that is the name of a type: every word of it may be meant.
    pub fn type_name(&self, fragment: &Fragment) -> Option<Fragment> {
        self.moved(fragment, |follow, text| follow.swapped(text, &|place| follow.is_qualified_so(place)))
    }

    fn fragment(&self, fragment: &Fragment) -> Option<Fragment> {
        self.moved(fragment, Follow::words)
    }

    fn moved(&self, fragment: &Fragment, words: impl Fn(&Self, &str) -> String) -> Option<Fragment> {
        let Pair { live: from, desired: to } = self.key;
        if !mentions(&fragment.text, from.bare()) {
            return None;
        }
        let mut text = fragment.text.to_string();
        if from.namespace != to.namespace {
            text = swap_namespace(&text, Name::new(from.bare()), Pair::new(from.namespace, to.namespace), self.dialect);
        }
        if from.bare() != to.bare() {
            text = words(self, &text);
        }
        if from.kind == Kind::Sequence {
            text = swap_sequence(text, (from, to), self.dialect);
        }
        (*text != *fragment.text).then(|| Fragment::new(text))
    }

    /// The text after the change of its words.
    pub fn words(&self, text: &str) -> String {
        self.swapped(text, &|place| self.is_meant(place))
    }

    /// The text after the change of words behind the name of their relation, or of its row in a rule.
    pub fn qualified_words(&self, text: &str) -> String {
        self.swapped(text, &|place| place.before[1] == "." && self.is_qualified_so(place))
    }

    /// Whether a word of this name, at this place, is what was renamed: a column may be called as a type or a table is.
    fn is_meant(&self, place: &Place<'_>) -> bool {
        let kind = self.key.live.kind;
        let [_, before] = place.before;
        let called = place.after.trim_start().starts_with('(');
        match kind {
            Kind::Column => before != ":" && !called && !place.after.starts_with('.') && self.is_qualified_so(place),
            Kind::Function | Kind::Procedure | Kind::Aggregate => (called || matches!(before, "." | "=")) && self.is_qualified_so(place),
            Kind::Namespace => before != "." && place.after.starts_with('.'),
            _ if kind.spec().family == Family::Type => {
                // Behind another AS stands a name that somebody chose.
                let cast = place.in_cast && before.eq_ignore_ascii_case("as");
                let typed = matches!(before, ":" | ".") || cast || place.after.trim_start().starts_with('\'');
                typed && self.is_qualified_so(place)
            }
            _ => self.is_qualified_so(place),
        }
    }

    /// Whether what stands before the dot, if there is one, can be that of the renamed object.
    fn is_qualified_so(&self, place: &Place<'_>) -> bool {
        let [qualifier, before] = place.before;
        let qualifier = qualifier.trim_matches('"').trim_matches('`');
        let key = self.key.live;
        let same = |name: Name| qualifier.eq_ignore_ascii_case(name.as_str());
        match key.kind {
            _ if before != "." => true,
            Kind::Column => same(key.owner) || ["new", "old", "excluded"].iter().any(|row| qualifier.eq_ignore_ascii_case(row)),
            _ => same(key.namespace) || same(self.key.desired.namespace),
        }
    }

    /// Replaces the old name by the new one where it stands as a whole word outside of quotes, or as a quoted identifier, and is
    /// meant. A string that is cast to a name (`'a.b'::regclass`) is looked into.
    fn swapped(&self, text: &str, is_meant: &dyn Fn(&Place<'_>) -> bool) -> String {
        let rules = self.dialect.rules();
        let (from, to) = (self.key.live.bare(), Name::new(self.key.desired.bare()));
        let same = |word: &str| word == from || (rules.caseless && word.eq_ignore_ascii_case(from));
        let replacement = self.dialect.quote(to);
        let mut out = String::with_capacity(text.len());
        let mut before = ["", ""];
        let mut casts = Vec::new();
        let is_column = self.key.live.kind == Kind::Column;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (word, after) = rest.split_at(token_len(rest, first));
            let in_cast = casts.last() == Some(&true);
            let quoted = matches!(first, '"' | '`') && same(word.trim_matches(first));
            let bare = (first.is_alphabetic() || first == '_') && same(word);
            if (quoted || bare) && is_meant(&Place { before, in_cast, after }) {
                out.push_str(&replacement);
            } else if let Some(name) =
                word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')).filter(|_| !is_column && names_a_relation(before, after))
            {
                out.push_str(&format!("'{}'", self.words(&name.replace("''", "'")).replace('\'', "''")));
            } else {
                out.push_str(word);
            }
            match word {
                "(" => casts.push(before[1].eq_ignore_ascii_case("cast")),
                ")" => drop(casts.pop()),
                _ => {}
            }
            if !word.trim().is_empty() {
                before = [before[1], word];
            }
            rest = after;
        }
        out
    }
}

/// Whether a string at this place is the name of a relation.
fn names_a_relation([called, before]: [&str; 2], after: &str) -> bool {
    const OF_SEQUENCES: [&str; 3] = ["nextval", "currval", "setval"];
    after.starts_with("::reg") || before == "(" && OF_SEQUENCES.iter().any(|name| called.eq_ignore_ascii_case(name))
}

/// The list after the change of some of its members; `None` where none changes.
fn changed<T: Clone>(list: &[T], change: impl Fn(&T) -> Option<T>) -> Option<Vec<T>> {
    let after: Vec<Option<T>> = list.iter().map(change).collect();
    let any = after.iter().any(Option::is_some);
    any.then(|| after.into_iter().zip(list).map(|(after, before)| after.unwrap_or_else(|| before.clone())).collect())
}

/// Whether a text may speak of a name: one with quotes in it may stand there in another spelling.
fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    let Some((first, rest)) = name.split_first().filter(|_| !name.contains(&b'"') && !name.contains(&b'\'')) else { return true };
    let starts = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    let mut at = memchr::memchr2_iter(starts[0], starts[1], text);
    at.any(|at| text.get(at + 1..at + name.len()).is_some_and(|tail| tail.eq_ignore_ascii_case(rest)))
}

/// `nextval('public.a_seq'::regclass)` follows its sequence.
fn swap_sequence(text: String, (from, to): (Key, Key), dialect: &dyn Dialect) -> String {
    if !text.contains("nextval") {
        return text;
    }
    let quoted = |name: Name| dialect.quote(name).replace('\'', "''");
    let new = format!("'{}.{}'", quoted(to.namespace), quoted(to.name));
    let spelled = [quoted(from.name), from.name.to_string()];
    let olds = spelled.into_iter().flat_map(|name| [format!("{}.{name}", quoted(from.namespace)), name]);
    olds.fold(text, |text, old| text.replace(&format!("'{old}'"), &new))
}

/// `old.name` becomes `new.name`.
fn swap_namespace(text: &str, name: Name, namespace: Pair<Name>, dialect: &dyn Dialect) -> String {
    let mut text = text.to_owned();
    for spelled in [name.to_string(), format!("\"{name}\"")] {
        let old = format!("{}.{spelled}", dialect.quote(namespace.live));
        let new = format!("{}.{spelled}", dialect.quote(namespace.desired));
        let mut out = String::with_capacity(text.len());
        let mut rest: &str = &text;
        while let Some(at) = rest.find(&old) {
            let (before, tail) = rest.split_at(at);
            let tail = tail.get(old.len()..).unwrap_or("");
            let inside = before.chars().next_back().is_some_and(is_name) || tail.chars().next().is_some_and(is_name);
            out.push_str(before);
            out.push_str(if inside { &old } else { &new });
            rest = tail;
        }
        out.push_str(rest);
        text = out;
    }
    text
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '"')
}

/// The length in bytes of the word, quoted piece or single character at the start of `text`.
fn token_len(text: &str, first: char) -> usize {
    if matches!(first, '\'' | '"' | '`') {
        return text[1..].find(first).map_or(text.len(), |at| at + 2);
    }
    if first.is_alphanumeric() || first == '_' {
        return text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(text.len());
    }
    first.len_utf8()
}
