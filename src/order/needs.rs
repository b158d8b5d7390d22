//! What an object needs: the dependency edges, read from facts and from the names in texts.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::key::privilege_owner;
use crate::ir::kinds::Family;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema, Value};

use super::mentions::{Mention, Stand, mentions};

/// How binding an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The server holds to it: the needed object cannot go while this one stands.
    Strong,
    /// Read from a routine's body, or not certain: an order is preferred, nothing more.
    Weak,
}

/// An edge: the object at its other end, and how binding it is.
type Edge = (Key, Strength);

/// What each object of a schema needs, and what needs it. Edges are sorted by key, and read when they are asked for: most plans
/// touch few objects.
pub struct Needs<'a> {
    schema: &'a Schema<Canonical>,
    dialect: &'a dyn Dialect,
    index: OnceCell<Index<'a>>,
    needs: RefCell<FxHashMap<Key, Rc<[Edge]>>>,
    dependents: OnceCell<FxHashMap<Key, Vec<Edge>>>,
}

impl<'a> Needs<'a> {
    /// The edges of a schema.
    pub fn of(schema: &'a Schema<Canonical>, dialect: &'a dyn Dialect) -> Needs<'a> {
        Needs { schema, dialect, index: OnceCell::new(), needs: RefCell::default(), dependents: OnceCell::new() }
    }

    /// What `key` needs.
    pub fn of_key(&self, key: Key) -> Rc<[Edge]> {
        if let Some(known) = self.needs.borrow().get(&key) {
            return known.clone();
        }
        let index = self.index.get_or_init(|| Index::of(self.schema, self.dialect));
        let needed: Rc<[Edge]> = self.schema.get(key).map(|object| index.needs(object)).unwrap_or_default().into();
        self.needs.borrow_mut().insert(key, needed.clone());
        needed
    }

    /// What needs `key`. The first question reads the edges of the whole schema.
    pub fn dependents(&self, key: Key) -> &[Edge] {
        self.dependents.get_or_init(|| self.reversed()).get(&key).map_or(&[], Vec::as_slice)
    }

    fn reversed(&self) -> FxHashMap<Key, Vec<Edge>> {
        let mut dependents: FxHashMap<Key, Vec<Edge>> = FxHashMap::default();
        for object in self.schema.iter() {
            for (need, strength) in self.of_key(object.key).iter() {
                dependents.entry(*need).or_default().push((object.key, *strength));
            }
        }
        dependents
    }
}

/// Lookup of objects by the names that texts use.
struct Index<'a> {
    schema: &'a Schema<Canonical>,
    dialect: &'a dyn Dialect,
    by_name: FxHashMap<Name, Vec<Key>>,
    by_privilege_owner: FxHashMap<(Name, Name), Key>,
}

impl<'a> Index<'a> {
    fn of(schema: &'a Schema<Canonical>, dialect: &'a dyn Dialect) -> Index<'a> {
        let mut by_name: FxHashMap<Name, Vec<Key>> = FxHashMap::default();
        let mut by_privilege_owner = FxHashMap::default();
        let privileges = schema.of_kind(Kind::Privilege).next().is_some();
        for object in schema.iter() {
            if !object.key.kind.spec().owned {
                by_name.entry(Name::new(object.key.bare())).or_default().push(object.key);
                if let Some(name) = dialect.also_makes(object) {
                    by_name.entry(name).or_default().push(object.key);
                }
            }
            if privileges {
                by_privilege_owner.insert((object.key.namespace, privilege_owner(object.key)), object.key);
            }
        }
        Index { schema, dialect, by_name, by_privilege_owner }
    }

    /// Each needed object once, by its strongest edge.
    fn needs(&self, object: &Object) -> Vec<Edge> {
        let namespace = Key::new(Kind::Namespace, Name::NONE, object.key.namespace);
        let namespace = self.schema.contains(namespace).then_some(namespace);
        let said = namespace.into_iter().chain(self.structural(object)).chain(self.dialect.rests_on(object, self.schema));
        let mut needs: Vec<Edge> = said.map(strong).collect();
        for (attr, value) in object.facts() {
            needs.extend(self.by_fact(object, *attr, value));
        }
        needs.retain(|(key, _)| *key != object.key);
        needs.sort_unstable();
        needs.dedup_by_key(|(key, _)| *key);
        needs
    }

    /// Edges that keys and listed columns say.
    fn structural(&self, object: &Object) -> Vec<Key> {
        let mut keys = Vec::new();
        if let Some(relation) = object.key.relation() {
            keys.extend(self.schema.holder(object.key));
            for attr in [Attr::Columns, Attr::Include] {
                keys.extend(object.names(attr).iter().filter_map(|name| self.column(relation, *name)));
            }
            keys.extend(object.parts(Attr::Parts).iter().filter_map(|part| self.column(relation, part.name()?)));
        }
        if let Some(referenced) = object.key_of(Attr::References) {
            keys.extend(self.schema.resolve(referenced));
            keys.extend(object.names(Attr::ReferencedColumns).iter().filter_map(|name| self.column(referenced, *name)));
            keys.extend(self.referenced_keys(referenced, object.names(Attr::ReferencedColumns)));
        }
        if object.key.kind == Kind::Privilege {
            keys.extend(self.by_privilege_owner.get(&(object.key.namespace, object.key.owner)));
        }
        for attr in [Attr::PartitionOf, Attr::IdentityOf] {
            keys.extend(object.key_of(attr).and_then(|key| self.schema.resolve(key)));
        }
        keys
    }

    fn column(&self, relation: Key, name: Name) -> Option<Key> {
        let key = relation.child(Kind::Column, name);
        self.schema.contains(key).then_some(key)
    }

    /// The primary key, unique constraints and unique indexes that a foreign key to these columns may rest on.
    fn referenced_keys(&self, table: Key, columns: &[Name]) -> Vec<Key> {
        let same = |names: &[Name]| columns.is_empty() || (names.len() == columns.len() && names.iter().all(|name| columns.contains(name)));
        let constraints = [Kind::PrimaryKey, Kind::Unique].into_iter().flat_map(|kind| self.schema.parts(table, kind));
        let mut keys: Vec<Key> = constraints.filter(|key| same(key.names(Attr::Columns))).map(|key| key.key).collect();
        let names = |index: &Object| index.parts(Attr::Parts).iter().filter_map(|part| part.name()).collect::<Vec<_>>();
        if keys.is_empty() && !columns.is_empty() {
            let indexes = self.schema.parts(table, Kind::Index).filter(|index| index.has(Attr::Unique) && same(&names(index)));
            keys.extend(indexes.map(|index| index.key));
        }
        keys
    }

    /// Edges that one fact says.
    fn by_fact(&self, object: &Object, attr: Attr, value: &Value) -> Vec<(Key, Strength)> {
        match value {
            Value::Sql(fragment) => self.by_text(object, attr, &fragment.text),
            Value::Parts(parts) => {
                let texts = parts.iter().filter_map(|part| match &part.target {
                    PartTarget::Expression(fragment) => Some(&*fragment.text),
                    PartTarget::Column(_) => None,
                });
                let opclasses = parts.iter().filter_map(|part| part.opclass.as_deref());
                let collations = parts.iter().filter_map(|part| part.collation.as_deref());
                let typed = collations.flat_map(|text| self.by_text(object, Attr::Type, text));
                texts.chain(opclasses).flat_map(|text| self.by_text(object, attr, text)).chain(typed).collect()
            }
            Value::Labels(labels) if attr == Attr::Inherits => {
                labels.iter().filter_map(|label| self.qualified(label)).map(strong).collect()
            }
            Value::Text(text) if attr == Attr::AccessMethod => {
                let key = Key::new(Kind::AccessMethod, Name::NONE, Name::new(text));
                self.schema.resolve(key).map(strong).into_iter().collect()
            }
            Value::Text(text) if matches!(attr, Attr::Collation | Attr::OfType) => self.by_text(object, Attr::Type, text),
            _ => Vec::new(),
        }
    }

    fn qualified(&self, label: &str) -> Option<Key> {
        let (namespace, name) = label.split_once('.').unwrap_or(("", label));
        self.schema.resolve(Key::new(Kind::Table, Name::new(namespace), Name::new(name)))
    }

    fn by_text(&self, object: &Object, attr: Attr, text: &str) -> Vec<(Key, Strength)> {
        let text: &str = text;
        let mut mentions = mentions(text, |word| self.dialect.fold(word));
        if !self.dialect.names_in_literals() {
            mentions.retain(|mention| mention.stand != Stand::Literal);
        }
        if self.dialect.rules().caseless {
            mentions.iter_mut().for_each(Mention::fold);
        }
        let mut relations: Vec<Key> = object.key.relation().into_iter().collect();
        let mut found = Vec::new();
        for mention in &mentions {
            for key in self.meant(object, attr, mention) {
                let strength = strength(object, attr, mention, key);
                relations.extend(key.kind.is_relation().then_some(key));
                found.push((key, strength));
            }
        }
        if speaks_of_columns(attr) {
            let bound = if is_body(object, attr) { Strength::Weak } else { Strength::Strong };
            found.extend(self.columns_meant(object.key.kind, &relations, &mentions).into_iter().map(|key| (key, bound)));
        }
        found
    }

    /// The columns of the mentioned relations that the text names; all of them where a query in it says `*`.
    fn columns_meant(&self, kind: Kind, relations: &[Key], mentions: &[Mention]) -> Vec<Key> {
        let multiplies = matches!(kind, Kind::Column | Kind::Check | Kind::Index | Kind::Exclusion);
        let all = !multiplies && mentions.iter().any(|mention| mention.name == "*");
        let caseless = self.dialect.is_caseless(Kind::Column);
        let is = |name: &str, column: Name| name == column.as_str() || (caseless && name.eq_ignore_ascii_case(column.as_str()));
        let mut columns = Vec::new();
        for relation in relations {
            for column in self.schema.parts(*relation, Kind::Column) {
                if all || mentions.iter().any(|mention| is(&mention.name, column.key.name)) {
                    columns.push(column.key);
                }
            }
        }
        columns
    }

    /// The objects that a name may mean, by how it stands.
    fn meant(&self, object: &Object, attr: Attr, mention: &Mention) -> Vec<Key> {
        let Some(candidates) = self.by_name.get(&Name::new(&mention.name)) else { return Vec::new() };
        let qualified = mention.qualifier.as_deref().filter(|qualifier| self.is_namespace(qualifier));
        let fits = |key: &Key| {
            let namespace = match qualified {
                Some(namespace) => key.namespace.as_str() == namespace,
                None => self.visible(object, *key),
            };
            // A family is made before the classes in it, one of which bears its name more often than not.
            let in_it = object.key.kind == Kind::OperatorFamily && key.kind == Kind::OperatorClass;
            namespace
                && *key != object.key
                && !in_it
                && (could_mean(key.kind, attr, mention.stand, mention.qualifier.is_some() && qualified.is_none())
                    || mention.stand == Stand::Word && speaks_of_columns(attr) && self.reads_as_column(*key))
        };
        candidates.iter().copied().filter(fits).collect()
    }

    /// Whether a function takes the row of a relation without a column of its name: `t.f` calls it then (PostgreSQL's manual, 8.16.5).
    fn reads_as_column(&self, routine: Key) -> bool {
        let row = routine.name.as_str().split_once('(').filter(|_| routine.kind == Kind::Function);
        let relation = row.and_then(|(_, row)| self.qualified(row.strip_suffix(')')?));
        relation.is_some_and(|relation| !self.schema.contains(relation.child(Kind::Column, Name::new(routine.bare()))))
    }

    fn is_namespace(&self, word: &str) -> bool {
        self.schema.contains(Key::new(Kind::Namespace, Name::NONE, Name::new(word)))
    }

    /// Whether an unqualified name may reach the object's namespace.
    fn visible(&self, from: &Object, key: Key) -> bool {
        let default = self.dialect.rules().default_namespace;
        let path = from.text(Attr::SearchPath).unwrap_or("");
        let namespace = key.namespace;
        namespace.is_none() || namespace == from.key.namespace || namespace.as_str() == default || path.contains(namespace.as_str())
    }
}

fn strong(key: Key) -> (Key, Strength) {
    (key, Strength::Strong)
}

/// Kinds that only whole statements name (and tables, by their access method or server).
const NAMED_BY_DEFINITIONS: &[Kind] = &[
    Kind::Language,
    Kind::Collation,
    Kind::AccessMethod,
    Kind::OperatorFamily,
    Kind::OperatorClass,
    Kind::TextSearchParser,
    Kind::TextSearchTemplate,
    Kind::TextSearchDictionary,
    Kind::ForeignDataWrapper,
    Kind::Server,
];

/// Kinds whose whole statements name the routines that they are made of, by a bare word.
const MADE_OF_ROUTINES: &[Kind] =
    &[Kind::Aggregate, Kind::Operator, Kind::OperatorClass, Kind::OperatorFamily, Kind::Cast, Kind::Conversion, Kind::EventTrigger];

/// A text that the server keeps as it is written and reads when it runs; one of BEGIN ATOMIC is read when it is made.
fn is_body(object: &Object, attr: Attr) -> bool {
    let start = object.fragment(attr).and_then(|body| body.text.trim_start().get(..12));
    let atomic = start.is_some_and(|start| start.eq_ignore_ascii_case("begin atomic"));
    attr == Attr::Body && !atomic && matches!(object.key.kind, Kind::Function | Kind::Procedure | Kind::Trigger | Kind::Event)
}

/// Texts in which a bare word may be a column of a relation that the text, or the part's owner, speaks of.
fn speaks_of_columns(attr: Attr) -> bool {
    !matches!(attr, Attr::Type | Attr::Parameters | Attr::PartitionBound | Attr::Call)
}

/// Whether a name that stands like this may mean an object of this kind.
fn could_mean(kind: Kind, attr: Attr, stand: Stand, dotted: bool) -> bool {
    let routine = matches!(kind, Kind::Function | Kind::Procedure | Kind::Aggregate);
    let typed = matches!(kind, Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range | Kind::BaseType);
    let query = matches!(attr, Attr::Query | Attr::Body | Attr::Definition | Attr::Using | Attr::WithCheck);
    if attr == Attr::Definition && NAMED_BY_DEFINITIONS.contains(&kind) {
        return !dotted;
    }
    if matches!(attr, Attr::Parts | Attr::PartitionBy) && kind == Kind::OperatorClass {
        return true;
    }
    match stand {
        Stand::Call if routine => !dotted,
        Stand::Call => typed || (query && kind.is_relation() && matches!(attr, Attr::Body | Attr::Definition)),
        Stand::Type => typed || kind.is_relation() && kind != Kind::Sequence,
        Stand::Literal => kind.is_relation() || routine,
        Stand::Relation => kind.is_relation() || routine,
        Stand::Word if attr == Attr::Type || attr == Attr::Parameters => {
            typed || kind == Kind::Collation || (kind.is_relation() && kind != Kind::Sequence)
        }
        Stand::Word => {
            (typed && query && !dotted) || (routine && matches!(attr, Attr::Definition | Attr::Call)) || (query && kind.is_relation())
        }
    }
}

fn strength(object: &Object, attr: Attr, mention: &Mention, key: Key) -> Strength {
    if key.kind == Kind::OperatorClass || (attr == Attr::Definition && NAMED_BY_DEFINITIONS.contains(&key.kind)) {
        return Strength::Strong;
    }
    if attr == Attr::Definition && MADE_OF_ROUTINES.contains(&object.key.kind) && key.kind.spec().family == Family::Routine {
        return Strength::Strong;
    }
    let body = is_body(object, attr);
    let called = key.kind == Kind::Function && attr != Attr::Definition;
    let uncertain = mention.stand == Stand::Word && !called && attr != Attr::Type && attr != Attr::Parameters && attr != Attr::Call;
    let literal = mention.stand == Stand::Literal && key.kind != Kind::Sequence;
    if body || uncertain || literal { Strength::Weak } else { Strength::Strong }
}
