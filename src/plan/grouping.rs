//! Operations grouped by object: what is unmade, altered, made, rebuilt; and what must go and come again with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Code, Diagnostic};
use crate::dialects::{Dialect, Route};
use crate::ir::attr::RESET_WITH_TYPE;
use crate::ir::{Action, Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Step};
use crate::order::{Needs, Strength};

use super::ordering::{Vertex, is_called};
use super::{inheritance, lasting, triggers};

/// Everything that the plan does, by object.
pub struct Groups<'a> {
    /// Live objects that go.
    pub unmade: BTreeSet<Key>,
    /// Desired objects that come.
    pub made: BTreeSet<Key>,
    /// Facts that change in place.
    pub altered: BTreeMap<Key, Vec<Attr>>,
    /// Live sequences that are given to a column.
    pub owned: BTreeSet<Key>,
    /// Relations that are made anew with their rows.
    pub rebuilt: BTreeSet<Key>,
    /// Objects whose change in place needs some dependents out of the way.
    pub reshaped: BTreeSet<Key>,
    /// Dependents that are out of the way while an object is reshaped or rebuilt: (dependent, reshaped).
    pub aside: BTreeSet<(Key, Key)>,
    /// Columns and domains whose default goes first and comes again last: it calls what is replaced. Sequences that leave their
    /// column before they are given to another.
    pub released: BTreeSet<Key>,
    /// Parts carried by the statement of another object: the part's vertex to the carrier's.
    pub carried: BTreeMap<Vertex, Vertex>,
    pub needs: Pair<Needs<'a>>,
}

/// Groups `ops` and adds the dependents of what is replaced.
pub fn group<'a>(schema: Pair<&'a Schema<Canonical>>, ops: &[Op], dialect: &'a dyn Dialect, refusals: &mut Vec<Diagnostic>) -> Groups<'a> {
    let mut groups = Groups {
        unmade: BTreeSet::new(),
        made: BTreeSet::new(),
        altered: BTreeMap::new(),
        owned: BTreeSet::new(),
        rebuilt: BTreeSet::new(),
        reshaped: BTreeSet::new(),
        aside: BTreeSet::new(),
        released: BTreeSet::new(),
        carried: BTreeMap::new(),
        needs: schema.map(|side| Needs::of(side, dialect)),
    };
    for op in ops.iter().filter(|op| !inheritance::follows_parent(schema, ops, op) && whole_type(op.key(), schema).is_none()) {
        groups.take(op, schema, dialect, refusals);
    }
    groups.say_again(schema);
    groups.add_rebuilds(schema, dialect);
    groups.drop_rebuilt_parts(schema, dialect);
    groups.add_disturbed(schema, dialect);
    groups.add_dependents(schema, dialect);
    groups.drop_rebuilt_parts(schema, dialect);
    groups.release_sequences(schema);
    groups.fold(schema, dialect);
    groups
}

/// The composite type of a field that changes as a whole.
pub fn whole_type(field: Key, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
    let composite = field.relation()?.of(Kind::Composite);
    let whole = |side: &Schema<Canonical>| side.get(composite).is_some_and(|composite| composite.has(Attr::Definition));
    (whole(schema.live) && whole(schema.desired)).then_some(composite)
}

impl Groups<'_> {
    /// What is done to the parts that children have because their parents have them, by the parts' relation.
    pub fn descending(&self) -> BTreeMap<Key, Vec<Vertex>> {
        let altered = self.altered.keys().map(|key| Vertex::Alter(*key));
        let made = self.made.iter().map(|key| Vertex::Make(*key));
        let unmade = self.unmade.iter().map(|key| Vertex::Unmake(*key));
        let mut parts: BTreeMap<Key, Vec<Vertex>> = BTreeMap::new();
        for vertex in altered.chain(made).chain(unmade).filter(|vertex| inheritance::descends(vertex.key().kind)) {
            if let Some(relation) = vertex.key().relation() {
                parts.entry(relation).or_default().push(vertex);
            }
        }
        parts
    }

    fn take(&mut self, op: &Op, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect, refusals: &mut Vec<Diagnostic>) {
        match op {
            Op::Create { object, .. } => drop(self.made.insert(object.key)),
            Op::Drop { key, .. } => drop(self.unmade.insert(*key)),
            Op::Set { key, attr, .. } | Op::SetOnly { key, attr, .. } => {
                let (Some(live), Some(desired)) = (schema.live.get(*key), schema.desired.get(*key)) else { return };
                match dialect.route(*attr, Pair::new(live, desired), schema) {
                    Route::Alter if *attr == Attr::OwnedBy && desired.has(Attr::OwnedBy) => drop(self.owned.insert(*key)),
                    Route::Alter => self.altered.entry(*key).or_default().push(*attr),
                    Route::Reshape => {
                        self.altered.entry(*key).or_default().push(*attr);
                        self.reshaped.insert(*key);
                    }
                    Route::Replace => {
                        self.unmade.insert(*key);
                        self.made.insert(*key);
                    }
                    Route::Rebuild => drop(self.rebuilt.insert(relation_of(*key, schema.desired))),
                    Route::Refuse(why) => refusals.push(refused(desired, *attr, why)),
                }
            }
            Op::Edit { .. } | Op::Rename { .. } | Op::Move { .. } | Op::Copy { .. } | Op::Adopt { .. } | Op::Given { .. } => {}
        }
    }

    /// Adds the facts that stay and that a column, and those that inherit it, would lose with their type, and the states of triggers that
    /// would change with those above them.
    fn say_again(&mut self, schema: Pair<&Schema<Canonical>>) {
        for trigger in triggers::said_again(self, schema) {
            self.altered.entry(trigger).or_insert_with(|| vec![Attr::Enabled]);
        }
        let retyped: Vec<Key> = self.altered.iter().filter(|(_, attrs)| inheritance::retypes(attrs)).map(|(key, _)| *key).collect();
        for key in retyped.into_iter().flat_map(|key| inheritance::all_below(key, schema.live).into_iter().chain([key])) {
            let Some(desired) = schema.desired.get(key) else { continue };
            for attr in RESET_WITH_TYPE.iter().filter(|attr| desired.has(**attr)) {
                let attrs = self.altered.entry(key).or_default();
                if !attrs.contains(attr) {
                    attrs.push(*attr);
                }
            }
        }
    }

    /// Adds the relations of which a part comes or goes that only a rebuild can make or unmake.
    fn add_rebuilds(&mut self, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) {
        let mut parts: BTreeMap<Key, Pair<Vec<Key>>> = BTreeMap::new();
        for (keys, live) in [(&self.unmade, true), (&self.made, false)] {
            for key in keys.iter().filter(|key| key.relation().is_some()) {
                let of_relation = parts.entry(relation_of(*key, schema.desired)).or_insert_with(|| Pair::new(Vec::new(), Vec::new()));
                let side = if live { &mut of_relation.live } else { &mut of_relation.desired };
                side.push(*key);
            }
        }
        parts.retain(|relation, _| schema.live.contains(*relation) && schema.desired.contains(*relation));
        self.rebuilt.extend(dialect.rebuilt(&parts, schema));
    }

    /// Adds the objects that must be unmade while another is reshaped or rebuilt, and made again after.
    fn add_disturbed(&mut self, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) {
        for key in self.reshaped.iter().chain(&self.rebuilt).copied().collect::<Vec<Key>>() {
            // What is done to a parent's column is done to its children's.
            let composite = key.relation().map(|relation| relation.of(Kind::Composite)).filter(|of| schema.live.contains(*of));
            let reached = std::iter::once(key).chain(inheritance::all_below(key, schema.live)).chain(composite);
            for dependent in reached.flat_map(|key| self.all_dependents(key)).collect::<BTreeSet<Key>>() {
                let steps = |object: &Object| !inheritance::is_of_parent(object, schema.live) && dialect.steps_aside(object, key, schema);
                if schema.live.get(dependent).is_some_and(steps) && !self.leaves(dependent, key) {
                    self.aside.insert((dependent, key));
                    self.remake(dependent, schema.desired);
                }
            }
        }
        for link in lasting::in_rings(self.altered.keys(), schema) {
            self.aside.extend([(link.foreign_key, link.table), (link.foreign_key, link.target)]);
            self.remake(link.foreign_key, schema.desired);
        }
    }

    /// Whether a column that was computed from `key` becomes one that holds values of its own: it does so before `key` changes, and
    /// keeps them.
    fn leaves(&self, dependent: Key, key: Key) -> bool {
        let computes = self.needs.desired.of_key(dependent).iter().any(|(need, _)| *need == key);
        dependent.kind == Kind::Column && self.altered.contains_key(&dependent) && !computes
    }

    /// Everything that rests on `key` in live, directly or not.
    fn all_dependents(&self, key: Key) -> BTreeSet<Key> {
        let mut found = BTreeSet::new();
        let mut open = vec![key];
        while let Some(next) = open.pop() {
            for (dependent, strength) in self.needs.live.dependents(next) {
                if *strength == Strength::Strong && found.insert(*dependent) {
                    open.push(*dependent);
                }
            }
        }
        found
    }

    fn remake(&mut self, key: Key, desired: &Schema<Canonical>) {
        self.unmade.insert(key);
        if desired.contains(key) {
            self.made.insert(key);
        }
        self.altered.remove(&key);
    }

    /// Adds what stands on unmade objects: it goes before them and, where it is desired, comes again.
    fn add_dependents(&mut self, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) {
        let mut open: Vec<Key> = self.unmade.iter().copied().collect();
        while let Some(key) = open.pop() {
            self.altered.remove(&key);
            let dependents: Vec<Key> = self
                .needs
                .live
                .dependents(key)
                .iter()
                .filter(|(_, strength)| *strength == Strength::Strong)
                .map(|(dependent, _)| *dependent)
                .collect();
            for dependent in dependents {
                let carried = self.goes_with_parent(dependent, schema) || whole_type(dependent, schema).is_some();
                if carried || self.releases(dependent, key, schema, dialect) {
                    continue;
                }
                if !self.still_needs(dependent, key, schema, dialect) || !self.unmade.insert(dependent) {
                    continue;
                }
                if schema.desired.contains(dependent) {
                    self.made.insert(dependent);
                }
                open.push(dependent);
            }
        }
        let made = &self.made;
        let below = |key: &Key| inheritance::columns_above(*key, schema).iter().any(|above| made.contains(above));
        self.altered.retain(|key, _| !made.contains(key) && !below(key));
        self.owned.retain(|key| !made.contains(key));
        let unmade = &self.unmade;
        self.released.retain(|key| !unmade.contains(key));
    }

    /// Whether a column that is computed goes and comes with that of the parent, which depends on the same.
    fn goes_with_parent(&self, dependent: Key, schema: Pair<&Schema<Canonical>>) -> bool {
        let column = schema.live.get(dependent).filter(|column| column.key.kind == Kind::Column);
        column.is_some_and(|column| inheritance::is_of_parent(column, schema.live) && schema.desired.contains(dependent))
    }

    /// Sequences whose table goes, and makes room for the new one that they are given to: they leave it first.
    fn release_sequences(&mut self, schema: Pair<&Schema<Canonical>>) {
        let table = |side: &Schema<Canonical>, key: Key| Some(relation_of(side.get(key)?.key_of(Attr::OwnedBy)?, side));
        let makes_room = |key: &Key| {
            let gone = table(schema.live, *key).is_some_and(|table| self.unmade.contains(&table));
            gone && table(schema.desired, *key).is_some_and(|table| self.made.contains(&table))
        };
        let found: Vec<Key> = self.owned.iter().copied().filter(makes_room).collect();
        self.released.extend(found);
    }

    /// Whether a column, or a domain, that stays calls `key` in its default alone: the values stay, and the default comes again.
    fn releases(&mut self, dependent: Key, key: Key, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> bool {
        let (Some(live), Some(desired)) = (schema.live.get(dependent), schema.desired.get(dependent)) else { return false };
        let holds = matches!(dependent.kind, Kind::Column | Kind::Domain) && !self.unmade.contains(&dependent);
        if !holds || !dialect.detaches() || !is_called(key) || live.has(Attr::Generated) || !live.has(Attr::Default) {
            return false;
        }
        self.released.insert(dependent);
        let attrs = self.altered.entry(dependent).or_default();
        if desired.has(Attr::Default) && !attrs.contains(&Attr::Default) {
            attrs.push(Attr::Default);
        }
        true
    }

    /// Whether a live dependent must go when `key` goes: not where an alteration in place frees it first.
    fn still_needs(&self, dependent: Key, key: Key, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> bool {
        let freed = self.altered.contains_key(&dependent) && !self.needs.desired.of_key(dependent).iter().any(|(need, _)| *need == key);
        let replaceable = schema.live.get(dependent).is_some_and(|object| dialect.frees_itself(object, key, schema));
        let stands_on = dependent.relation() == Some(key);
        (!freed || stands_on) && !replaceable
    }

    /// A rebuilt relation carries its columns and constraints; its indexes and triggers come again after it.
    fn drop_rebuilt_parts(&mut self, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) {
        self.rebuilt
            .retain(|relation| schema.desired.contains(*relation) && schema.live.contains(*relation) && !self.made.contains(relation));
        for relation in self.rebuilt.clone() {
            for part in schema.live.all_parts(relation).chain(schema.desired.all_parts(relation)) {
                self.unmade.remove(&part.key);
                self.made.remove(&part.key);
                self.altered.remove(&part.key);
            }
            self.altered.remove(&relation);
            let restored = schema.desired.all_parts(relation).filter(|part| !dialect.folds(part));
            self.made.extend(restored.map(|part| part.key));
        }
    }

    /// Finds the parts that another object's statement carries.
    fn fold(&mut self, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) {
        for key in &self.made {
            let Some(part) = schema.desired.get(*key).filter(|part| dialect.folds(part)) else { continue };
            let possible = carriers(part).into_iter().chain(dialect.carrier(part, schema));
            let carrier = possible.filter_map(|key| find(schema.desired, key)).find(|carrier| self.made.contains(carrier));
            if let Some(carrier) = carrier {
                self.carried.insert(Vertex::Make(*key), Vertex::Make(carrier));
            }
        }
        for key in &self.unmade {
            let Some(part) = schema.live.get(*key) else { continue };
            let edges = self.needs.live.of_key(*key);
            let needed = edges.iter().map(|(need, _)| *need).chain(carriers(part).into_iter().filter_map(|key| find(schema.live, key)));
            let mut owners: Vec<Key> = needed.filter(|owner| self.unmade.contains(owner)).collect();
            owners.sort_by_key(|owner| (owner.kind.spec().owned, *owner));
            let falls = |owner: &Key| schema.live.get(*owner).is_some_and(|owner| dialect.falls_with(part, owner));
            if let Some(owner) = owners.into_iter().find(falls) {
                self.carried.insert(Vertex::Unmake(*key), Vertex::Unmake(owner));
            }
        }
    }

    /// The vertex that carries this one, itself where nothing does.
    pub fn carrier(&self, vertex: Vertex) -> Vertex {
        let mut at = vertex;
        let mut limit = 16;
        while let Some(next) = self.carried.get(&at)
            && limit > 0
        {
            at = *next;
            limit -= 1;
        }
        at
    }

    /// What each vertex does, in the given order; those that another's statement carries stand in its `with`.
    pub fn steps(&self, order: &[Vertex]) -> Vec<(Vertex, Step)> {
        let mut parts: BTreeMap<Vertex, Vec<Key>> = BTreeMap::new();
        for part in self.carried.keys() {
            parts.entry(self.carrier(*part)).or_default().push(part.key());
        }
        let own = order.iter().filter(|vertex| !self.carried.contains_key(vertex));
        own.map(|vertex| (*vertex, self.step(*vertex, parts.remove(vertex).unwrap_or_default()))).collect()
    }

    fn step(&self, vertex: Vertex, with: Vec<Key>) -> Step {
        match vertex {
            Vertex::Unmake(key) => Step { key, action: Action::Drop { with } },
            Vertex::Make(key) => Step { key, action: Action::Create { with } },
            Vertex::Release(key) => Step { key, action: Action::Release },
            Vertex::Alter(key) if self.rebuilt.contains(&key) => Step { key, action: Action::Rebuild },
            Vertex::Alter(key) => Step { key, action: Action::Alter { attrs: self.altered.get(&key).cloned().unwrap_or_default() } },
            Vertex::Own(key) => Step { key, action: Action::Alter { attrs: vec![Attr::OwnedBy] } },
        }
    }
}

/// The objects whose statement may carry a part: its relation or type, the column of an identity sequence.
fn carriers(part: &Object) -> Vec<Key> {
    let owner = part.key.relation();
    let types = owner.into_iter().flat_map(|owner| [Kind::Domain, Kind::Composite].map(|kind| owner.of(kind)));
    let columns = [Attr::IdentityOf, Attr::OwnedBy].into_iter().filter_map(|attr| part.key_of(attr));
    owner.into_iter().chain(types).chain(columns).collect()
}

fn find(schema: &Schema<Canonical>, key: Key) -> Option<Key> {
    schema.resolve(key)
}

/// The relation that a key belongs to, or the key itself.
fn relation_of(key: Key, schema: &Schema<Canonical>) -> Key {
    key.relation().and_then(|relation| schema.resolve(relation)).unwrap_or(key)
}

fn refused(desired: &Object, attr: Attr, why: String) -> Diagnostic {
    let message = format!("{}: its {} cannot be changed by a statement that is certain to be right", desired.key, attr.spec().label);
    Diagnostic::new(Code::Refused, desired.span, message).help(why)
}
