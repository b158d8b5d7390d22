//! Values, types and keys that do not fit together: the server tells them from the words of a statement, before it looks at a row.

use super::constant;
use super::inherited;
use super::refusal::is_own_kind;
use crate::base::Name;
use crate::dialects::postgres::analyse::{Analyser, Catalog};
use crate::dialects::postgres::bounds;
use crate::dialects::postgres::canonical::read;
use crate::dialects::postgres::lexer::{Token, tokens};
use crate::dialects::postgres::parse;
use crate::dialects::postgres::tree::Node;
use crate::dialects::postgres::types;
use crate::dialects::postgres::write::cast;
use crate::ir::{Attr, Edit, Family, Guard, Key, Kind, Object, Op, Schema, Value, Written};

/// Why the server refuses the effects of one statement, one line each. What is made only where it is not there yet has none.
pub fn misfits(sql: &str, ops: &[Op], state: &Schema<Written>) -> Vec<String> {
    let idle = |op: &Op| matches!(op, Op::Create { object, guard: Guard::Lenient } if state.resolve(object.key).is_some());
    if ops.iter().any(idle) {
        return Vec::new();
    }
    let site = Site { sql, ops, state };
    let family = inherited::Site::new(sql, ops, state);
    ops.iter().filter_map(|op| family.refusal(op).or_else(|| site.op(op))).collect()
}

/// The effects of a statement, and the schema before it.
struct Site<'a> {
    sql: &'a str,
    ops: &'a [Op],
    state: &'a Schema<Written>,
}

impl Site<'_> {
    fn op(&self, op: &Op) -> Option<String> {
        match op {
            Op::Create { object, guard } => match object.key.kind {
                Kind::Column => self
                    .kind(object.text(Attr::Type)?)
                    .or_else(|| self.operators(object.key, object.text(Attr::Generated)?))
                    .or_else(|| self.default(object.key, object.text(Attr::Default)?)),
                Kind::Check => self.operators(object.key, object.text(Attr::Expression)?),
                Kind::ForeignKey => self.foreign_key(object),
                Kind::Table => self.bound(object.key, object.key_of(Attr::PartitionOf)?, object.text(Attr::PartitionBound)?),
                Kind::Trigger => self.call(object),
                Kind::View if *guard == Guard::Replace => self.narrowed(object),
                _ => None,
            },
            Op::Set { attr: Attr::Type, value: Some(Value::Sql(kind)), .. } => self.kind(&kind.text),
            Op::Set { key, attr: Attr::Default, value: Some(Value::Sql(value)) } => self.default(*key, &value.text),
            Op::Set { key, attr: Attr::PartitionBound, value: Some(Value::Sql(bound)) } => {
                self.bound(*key, self.parent(*key)?, &bound.text)
            }
            Op::Set { key, attr: Attr::Identity, value: Some(_) } => self.identity(*key),
            Op::Edit { key, edit: Edit::AddLabel { label, before, after }, .. } if key.kind == Kind::Enum => {
                let labels = self.labels(self.state.resolve(*key)?)?;
                if labels.contains(label) {
                    let lenient = self.sql.to_lowercase().contains("if not exists");
                    return (!lenient).then(|| format!("{key} has the label {label} already"));
                }
                let missing = before.iter().chain(after).find(|beside| !labels.contains(beside))?;
                Some(format!("{key} has no label {missing}, beside which {label} is to stand"))
            }
            Op::Edit { key, edit: Edit::RenameLabel { from, to }, .. } if key.kind == Kind::Enum => {
                let labels = self.labels(self.state.resolve(*key)?)?;
                match (labels.contains(from), labels.contains(to)) {
                    (false, _) => Some(format!("{key} has no label {from}")),
                    (true, true) => Some(format!("{key} has the label {to} already")),
                    (true, false) => None,
                }
            }
            Op::Edit { key, edit: Edit::SetOptions(_), .. } if key.kind == Kind::Privilege => {
                let name = Name::new(key.owner.as_str().strip_prefix("table ")?);
                let named = |object: &Object| object.key.name == name && !object.key.kind.spec().owned;
                let shown = !is_extended(self.state) && self.state.coverage.sees(Key::new(Kind::Table, key.namespace, name));
                (shown && !self.state.iter().any(named)).then(|| format!("table {name} is not there"))
            }
            Op::Adopt { constraint, index } => {
                let found = self.state.get(Key { kind: Kind::Index, name: *index, ..constraint.key })?;
                (!found.has(Attr::Unique)).then(|| format!("{} is not unique", found.key))
            }
            _ => None,
        }
    }

    /// An operator between a text and a number: the catalog has none (pg_operator), and a cast of one to the other must be said.
    fn operators(&self, part: Key, text: &str) -> Option<String> {
        let own = self.state.of_kind(Kind::Operator).chain(self.state.of_kind(Kind::Cast)).next();
        if own.is_some() || is_extended(self.state) {
            return None;
        }
        self.unlike(part.relation()?, &mut parse::expression(text)?)
    }

    /// The first pair of a text and a number in an expression.
    fn unlike(&self, table: Key, node: &mut Node) -> Option<String> {
        if let Node::Binary(operator, left, right) = node
            && ARITHMETIC.contains(&operator.as_str())
        {
            let kind = |side: &Node| match side {
                Node::Column(path) => self.kind_of(table.child(Kind::Column, Name::new(path.last()?))),
                Node::Literal { ty: Some(ty), .. } => Some(ty.clone()),
                _ => None,
            };
            if let (Some(one), Some(two)) = (kind(left), kind(right)) {
                let family = |kind: &str| cast::row(&cast::parse(kind).base).0;
                let families = [family(&one), family(&two)];
                if families.contains(&cast::Family::Text) && families.contains(&cast::Family::Number) {
                    return Some(format!("no operator {operator} takes {one} and {two}: say a cast"));
                }
            }
        }
        let mut found = None;
        node.each_child(&mut |child| found = found.take().or_else(|| self.unlike(table, child)));
        found
    }

    fn labels(&self, key: Key) -> Option<Vec<std::sync::Arc<str>>> {
        match self.state.get(key)?.get(Attr::Labels)? {
            Value::Labels(labels) => Some(labels.clone()),
            _ => None,
        }
    }

    /// The type that a column has after the statement.
    fn kind_of(&self, column: Key) -> Option<String> {
        let said = self.ops.iter().rev().find_map(|op| match op {
            Op::Create { object, .. } if object.key == column => object.text(Attr::Type),
            Op::Set { key, attr: Attr::Type, value: Some(Value::Sql(kind)) } if *key == column => Some(&*kind.text),
            _ => None,
        });
        let there = || self.state.resolve(column).and_then(|key| self.state.get(key)).and_then(|column| column.text(Attr::Type));
        said.or_else(there).map(types::canonical)
    }

    fn default(&self, column: Key, text: &str) -> Option<String> {
        let kind = self.kind_of(column)?;
        let read = tokens(text)?;
        match read.as_slice() {
            [Token::Text(value)] => {
                let listed = self
                    .state
                    .of_kind(Kind::Enum)
                    .find(|one| kind == one.key.name.as_str() || kind == format!("{}.{}", one.key.namespace, one.key.name));
                let fits = match listed {
                    Some(listed) => self.labels(listed.key).is_none_or(|labels| labels.iter().any(|label| **label == **value)),
                    None => constant::fits(value, &kind),
                };
                (!fits).then(|| format!("'{value}' is no value of {column}, which is {kind}"))
            }
            [Token::Number(_)] if kind == "boolean" => Some(format!("{column} is boolean, and its default a number")),
            [Token::Word(name) | Token::Quoted(name)] => {
                let named = Key { name: Name::new(name), ..column };
                let is_value = matches!(read.as_slice(), [Token::Word(word)] if constant::VALUES.contains(&&**word));
                (!is_value && self.kind_of(named).is_some())
                    .then(|| format!("the default of {column} is the column {name}: a default reads no columns"))
            }
            [Token::Word(call), Token::Symbol("("), Token::Text(named), ..] if &**call == "nextval" => {
                let name = named.rsplit('.').next().unwrap_or(named).trim_matches('"');
                let is_it = |one: &Object| one.key.kind == Kind::Sequence && one.key.name.as_str().eq_ignore_ascii_case(name);
                let made = self.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if is_it(object)));
                let shown =
                    !is_extended(self.state) && self.state.coverage.sees(Key::new(Kind::Sequence, column.namespace, Name::new(name)));
                (shown && !made && !self.state.iter().any(is_it)).then(|| format!("sequence {name} is not there"))
            }
            _ => None,
        }
    }

    /// A type that neither the catalog nor the schema has. An extension may bring it, and a dump of single tables shows none of theirs.
    fn kind(&self, text: &str) -> Option<String> {
        let name = foreign(text)?;
        let own =
            |object: &Object| object.key.bare() == name && (object.key.kind.is_relation() || object.key.kind.spec().family == Family::Type);
        let used = |object: &Object| object.key.kind == Kind::Column && object.text(Attr::Type).and_then(foreign).as_ref() == Some(&name);
        let seen = |kind: &Kind| self.state.coverage.sees(Key::new(*kind, Name::new("public"), Name::new(&name)));
        // A range type brings another type, whose name its text need not say.
        let shown = !is_extended(self.state)
            && [Kind::Enum, Kind::Domain, Kind::Composite].iter().all(seen)
            && self.state.of_kind(Kind::Range).next().is_none();
        (shown && !self.state.iter().any(|object| own(object) || used(object))).then(|| format!("type {name} is not there"))
    }

    fn foreign_key(&self, object: &Object) -> Option<String> {
        let target = self.state.resolve(object.key_of(Attr::References)?)?;
        let mut named = object.names(Attr::ReferencedColumns);
        if named.is_empty() {
            named = self.state.parts(target, Kind::PrimaryKey).next()?.names(Attr::Columns);
        }
        if self.state.of_kind(Kind::Cast).next().is_some() {
            return None;
        }
        let table = object.key.relation()?;
        let columns = |table: Key, name: &Name| table.child(Kind::Column, *name);
        let ends = object.names(Attr::Columns).iter().zip(named).map(|(own, other)| (columns(table, own), columns(target, other)));
        ends.into_iter().find_map(|(own, other)| {
            let (one, two) = (self.kind_of(own)?, self.kind_of(other)?);
            (!compares(&one, &two)).then(|| format!("{own} is {one} and {other} is {two}: nothing compares them"))
        })
    }

    fn parent(&self, table: Key) -> Option<Key> {
        self.ops.iter().find_map(|op| match op {
            Op::Set { key, attr: Attr::PartitionOf, value: Some(Value::Key(parent)) } if *key == table => Some(*parent),
            _ => None,
        })
    }

    fn bound(&self, table: Key, parent: Key, bound: &str) -> Option<String> {
        let parent = self.state.resolve(parent).and_then(|key| self.state.get(key))?;
        if let Some(fault) = bounds::misfit(parent.text(Attr::PartitionBy)?, bound) {
            return Some(format!("{table}: {fault}"));
        }
        let others = self.state.heirs(parent.key).map(|(heir, _)| heir).filter(|heir| heir.key != table);
        let mut bounds = others.filter_map(|heir| Some((heir.key, heir.text(Attr::PartitionBound)?)));
        let (other, _) = bounds.find(|(_, other)| bounds::overlap(bound, other))?;
        Some(format!("the bounds of {table} and of {other} overlap"))
    }

    /// A trigger calls a function that is there. An extension or the catalog may have it, and a dump of single tables shows none.
    fn call(&self, trigger: &Object) -> Option<String> {
        let call = trigger.text(Attr::Call)?;
        let path = call.split('(').next()?.trim();
        let plain = |name: &str| name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_string();
        let name = plain(path);
        let there = self.state.of_kind(Kind::Function).any(|one| one.key.bare() == name);
        let called = self
            .state
            .of_kind(Kind::Trigger)
            .filter_map(|one| one.text(Attr::Call))
            .any(|other| plain(other.split('(').next().unwrap_or("")) == name);
        let of_catalog = path.starts_with("pg_catalog.")
            || ["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"].contains(&name.as_str());
        let shown = !is_extended(self.state) && self.state.coverage.sees(Key::new(Kind::Function, trigger.key.namespace, Name::new(&name)));
        (shown && !there && !called && !of_catalog).then(|| format!("function {name}() is not there"))
    }

    fn identity(&self, column: Key) -> Option<String> {
        let there = self.state.resolve(column).and_then(|key| self.state.get(key))?;
        let set = |op: &Op| matches!(op, Op::Set { key, attr: Attr::NotNull, value: Some(_) } if *key == column);
        let keyed = self.state.parts(there.key.relation()?, Kind::PrimaryKey).any(|key| key.names(Attr::Columns).contains(&column.name));
        (!there.has(Attr::NotNull) && !keyed && !self.ops.iter().any(set)).then(|| format!("{column} takes NULL: say SET NOT NULL first"))
    }

    /// CREATE OR REPLACE VIEW adds columns at the end, and changes no names (manual, CREATE VIEW).
    fn narrowed(&self, view: &Object) -> Option<String> {
        self.state.resolve(view.key).filter(|key| key.kind == Kind::View)?;
        let catalog = Catalog::of(self.state);
        let analyser = Analyser::new(&catalog, view.text(Attr::SearchPath));
        let live = analyser.columns_of(view.key.namespace, view.key.name)?;
        let names: Vec<String> = view.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
        let new = analyser.view(&mut read(view)?, &names)?;
        let (old, _) = live.iter().enumerate().find(|(at, old)| new.get(*at).is_none_or(|new| new.0 != old.0)).map(|(_, old)| old)?;
        Some(format!("OR REPLACE must keep the columns of {} as they are, and {old} is not where it was: drop the view first", view.key))
    }
}

/// Operators over numbers, and comparisons.
const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%", "=", "<>", "<", ">", "<=", ">="];

/// Whether something may be there that no text shows.
fn is_extended(state: &Schema<Written>) -> bool {
    state.of_kind(Kind::Extension).any(|extension| extension.key.name.as_str() != "plpgsql")
}

/// Whether a column of one type can refer to one of another: an equality takes both, or the first becomes the second unasked (pg_cast,
/// pg_amop). Where that is not known, it can.
fn compares(one: &str, two: &str) -> bool {
    let [one, two] = [one, two].map(cast::parse);
    let [(left, low), (right, high)] = [&one, &two].map(|kind| cast::row(&kind.base));
    let told = |kind: &cast::Parsed, family: cast::Family| family != cast::Family::Other || is_own_kind(&kind.base);
    if !told(&one, left) || !told(&two, right) {
        return true;
    }
    let (whole, exact) = (3, 6);
    let widens = left != cast::Family::Number || low <= whole || high > whole && (high < exact || low == exact);
    one.array == two.array && (one.base == two.base || left == right && left != cast::Family::Other && widens)
}

/// The name of a type that is not the catalog's own, as far as its text tells.
fn foreign(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let read = types::read(&tokens, &mut 0)?;
    let own = ["_", "pg_", "reg"].iter().any(|start| read.name.starts_with(start));
    (read.bare && !own).then(|| read.name.trim_matches('"').to_string())
}
