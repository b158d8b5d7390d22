//! The graph of a plan: which step comes before which, and why.

mod joining;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Code, Diagnostic, Name};
use crate::dialects::{Dialect, shows_all};
use crate::ir::kinds::Family;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema};
use crate::order::{Graph, Strength};

use super::grouping::Groups;
use super::{columns, inheritance, keys, lasting, slots, triggers};

/// One thing that is done to one object. The order of the variants is the order of ties: what is new comes first, what
/// goes comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vertex {
    /// A column, or a domain, lets go of its default before what that calls goes.
    Release(Key),
    Alter(Key),
    Make(Key),
    /// A sequence is given to the column that uses it, after both are there.
    Own(Key),
    Unmake(Key),
}

impl Vertex {
    pub fn key(self) -> Key {
        match self {
            Vertex::Release(key) | Vertex::Alter(key) | Vertex::Make(key) | Vertex::Own(key) | Vertex::Unmake(key) => key,
        }
    }
}

/// A vertex with its place among ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ranked {
    rank: u8,
    /// What is made comes in the order of the kinds, what goes in the reverse.
    place: i16,
    namespace: Name,
    owner: Name,
    ordinal: u32,
    vertex: Vertex,
}

/// The sorted vertices and the graph that they came from.
pub struct Ordered {
    pub order: Vec<Vertex>,
    graph: Graph<Ranked>,
    ranked: BTreeMap<Vertex, Ranked>,
}

impl Ordered {
    /// What is bound to come after `vertex`.
    pub fn bound_to(&self, vertex: Vertex) -> BTreeSet<Vertex> {
        let bound = self.ranked.get(&vertex).map(|ranked| self.graph.bound_to(ranked)).unwrap_or_default();
        bound.into_iter().map(|ranked| ranked.vertex).collect()
    }
}

/// Builds the graph and sorts it. A ring is broken by taking foreign keys and their like out of the statements
/// that carry them.
pub fn graph(schema: Pair<&Schema<Canonical>>, groups: &mut Groups, dialect: &dyn Dialect) -> Result<Ordered, Diagnostic> {
    let mut builder = Builder::new(schema, groups, dialect);
    builder.build(groups);
    if !builder.graph.rings().is_empty() {
        detach_parts(groups, &builder.graph, dialect);
        builder = Builder::new(schema, groups, dialect);
        builder.build(groups);
    }
    match builder.graph.sorted() {
        Ok(order) => {
            Ok(Ordered { order: order.into_iter().map(|ranked| ranked.vertex).collect(), graph: builder.graph, ranked: builder.ranked })
        }
        Err(ring) => {
            let names: Vec<String> = ring.0.iter().map(|ranked| ranked.vertex.key().to_string()).collect();
            let span = ring.0.iter().find_map(|ranked| schema.desired.get(ranked.vertex.key())?.span);
            Err(Diagnostic::new(Code::Ring, span, format!("these objects need each other, so no order is right: {}", names.join(" → ")))
                .help("take the reference out of one of them, apply, then put it back"))
        }
    }
}

/// Parts that may speak of other relations than their own.
const DETACHED: &[Kind] = &[Kind::ForeignKey, Kind::Policy, Kind::Rule, Kind::Trigger];

/// Lets the foreign keys, policies, rules and triggers of the relations in rings come and go on their own.
fn detach_parts(groups: &mut Groups, graph: &Graph<Ranked>, dialect: &dyn Dialect) {
    let ringed: BTreeSet<Vertex> = graph.rings().into_iter().flat_map(|ring| ring.0).map(|ranked| ranked.vertex).collect();
    if dialect.detaches() {
        let carried = groups.carried.clone();
        groups.carried.retain(|part, _| !(DETACHED.contains(&part.key().kind) && ringed.contains(&carrier(&carried, *part))));
    }
}

fn carrier(carried: &BTreeMap<Vertex, Vertex>, part: Vertex) -> Vertex {
    carried.get(&part).map_or(part, |next| carrier_of(carried, *next))
}

fn carrier_of(carried: &BTreeMap<Vertex, Vertex>, vertex: Vertex) -> Vertex {
    carried.get(&vertex).copied().unwrap_or(vertex)
}

/// What is done to parts, by their relation.
type Parts = BTreeMap<Key, Vec<Vertex>>;

struct Builder<'a> {
    schema: Pair<&'a Schema<Canonical>>,
    dialect: &'a dyn Dialect,
    graph: Graph<Ranked>,
    ranked: BTreeMap<Vertex, Ranked>,
}

impl<'a> Builder<'a> {
    fn new(schema: Pair<&'a Schema<Canonical>>, _groups: &Groups, dialect: &'a dyn Dialect) -> Builder<'a> {
        Builder { schema, dialect, graph: Graph::default(), ranked: Default::default() }
    }

    fn build(&mut self, groups: &Groups) {
        let vertices = all_vertices(groups, self.schema.desired);
        for vertex in &vertices {
            if groups.carrier(*vertex) == *vertex {
                let ranked = self.rank(*vertex);
                self.ranked.insert(*vertex, ranked);
                self.graph.vertex(ranked);
            }
        }
        for vertex in &vertices {
            self.edges(groups, *vertex);
        }
        for (dependent, reshaped) in &groups.aside {
            self.before(groups, Vertex::Unmake(*dependent), Vertex::Alter(*reshaped), Strength::Strong);
            self.before(groups, Vertex::Alter(*reshaped), Vertex::Make(*dependent), Strength::Strong);
        }
        self.clashes(groups);
        self.defaults(groups);
        self.references(groups);
        self.inherited(groups);
        let turned = lasting::ordered(groups.altered.keys(), self.schema);
        for (first, then) in inheritance::altered_in_order(&groups.altered, self.schema).into_iter().chain(turned) {
            self.before(groups, Vertex::Alter(first), Vertex::Alter(then), Strength::Weak);
        }
        for (first, then, strength) in triggers::ordered(groups, self.schema) {
            self.before(groups, first, then, strength);
        }
        if self.dialect.places_columns() {
            for (first, then, strength) in columns::ordered(groups, self.schema).into_iter().chain(keys::ordered(groups, self.schema)) {
                self.before(groups, first, then, strength);
            }
        }
    }

    /// What a child says itself comes before its parent's, and what both have goes from the parent first. Parts that a CREATE or
    /// DROP of their relation carries are in no one's way.
    fn inherited(&mut self, groups: &Groups) {
        let alone = |vertex: Vertex| groups.carrier(vertex) == vertex;
        for (first, then) in inheritance::made_below_first(&groups.made, self.schema.desired) {
            if alone(Vertex::Make(first)) && alone(Vertex::Make(then)) {
                self.before(groups, Vertex::Make(first), Vertex::Make(then), Strength::Strong);
            }
        }
        for (first, then) in inheritance::unmade_above_first(&groups.unmade, self.schema.live) {
            for then in [Vertex::Unmake(then), Vertex::Alter(then)] {
                if alone(Vertex::Unmake(first)) && alone(then) {
                    self.before(groups, Vertex::Unmake(first), then, Strength::Strong);
                }
            }
        }
        for (gone, come) in inheritance::own_goes_first(&groups.unmade, &groups.made, self.schema) {
            self.before(groups, Vertex::Unmake(gone), Vertex::Make(come), Strength::Weak);
        }
        for (gone, come, strength) in inheritance::gives_way(self.schema).into_iter().chain(inheritance::rebound(self.schema)) {
            for then in [Vertex::Make(come), Vertex::Alter(come)] {
                self.before(groups, Vertex::Unmake(gone), then, strength);
                self.before(groups, Vertex::Alter(gone), then, strength);
            }
        }
        let parts = groups.descending();
        for relation in groups.altered.keys().filter(|key| key.kind.is_relation()) {
            self.joined((groups, &parts), *relation);
        }
        for relation in groups.made.iter().filter(|key| key.kind.is_relation()) {
            self.born((groups, &parts), *relation);
        }
    }

    fn rank(&self, vertex: Vertex) -> Ranked {
        let key = vertex.key();
        let rank = match vertex {
            Vertex::Release(_) | Vertex::Alter(_) | Vertex::Make(_) | Vertex::Own(_) => 0,
            // What an extension brings is not read from texts, so it outlives all that may use it.
            Vertex::Unmake(key) if key.kind == Kind::Extension => 2,
            Vertex::Unmake(_) => 1,
        };
        let is_placed = |object: &&Object| object.key.kind == Kind::Column || object.has(Attr::Position);
        let placed = self.schema.desired.get(key).filter(is_placed);
        let owner = if key.owner.is_none() { key.name } else { key.owner };
        let place = if rank == 0 { key.kind as i16 } else { -(key.kind as i16) };
        Ranked { rank, place, namespace: key.namespace, owner, ordinal: placed.map_or(0, |object| object.ordinal), vertex }
    }

    fn before(&mut self, groups: &Groups, first: Vertex, then: Vertex, strength: Strength) {
        let (first, then) = (groups.carrier(first), groups.carrier(then));
        if let (Some(first), Some(then)) = (self.ranked.get(&first), self.ranked.get(&then)) {
            self.graph.before(first, then, strength);
        }
    }

    fn edges(&mut self, groups: &Groups, vertex: Vertex) {
        match vertex {
            Vertex::Unmake(key) => self.unmake_edges(groups, key),
            Vertex::Make(key) => self.make_edges(groups, key, vertex),
            Vertex::Alter(key) => self.alter_edges(groups, key),
            Vertex::Release(key) => {
                self.before(groups, vertex, Vertex::Alter(key), Strength::Strong);
                for &(need, strength) in groups.needs.live.of_key(key).iter().filter(|(need, _)| is_called(*need)) {
                    self.before(groups, vertex, Vertex::Unmake(need), strength);
                }
            }
            Vertex::Own(key) => {
                self.before(groups, Vertex::Make(key), vertex, Strength::Strong);
                self.before(groups, Vertex::Alter(key), vertex, Strength::Strong);
                self.before(groups, Vertex::Release(key), vertex, Strength::Strong);
                if let Some(column) = self.schema.desired.get(key).and_then(|object| object.key_of(Attr::OwnedBy)) {
                    self.after_needed(groups, column, vertex, Strength::Strong);
                }
                self.let_go(groups, key, vertex);
            }
        }
    }

    /// A sequence leaves its column before that goes, or it would go with it.
    fn let_go(&mut self, groups: &Groups, key: Key, vertex: Vertex) {
        if let Some(column) = self.schema.live.get(key).and_then(|object| object.key_of(Attr::OwnedBy)) {
            let leaves = if groups.released.contains(&key) { Vertex::Release(key) } else { vertex };
            self.before(groups, leaves, Vertex::Unmake(column), Strength::Strong);
        }
    }

    /// What goes is gone before what it stood on goes or changes.
    fn unmake_edges(&mut self, groups: &Groups, key: Key) {
        let vertex = Vertex::Unmake(key);
        for &(need, strength) in groups.needs.live.of_key(key).iter() {
            let strength = self.bound(key, need, strength);
            self.before(groups, vertex, Vertex::Unmake(need), strength);
            // A foreign key that comes again must not find the key that goes, or it would rest on that one again.
            if groups.made.contains(&key) && matches!(need.kind, Kind::PrimaryKey | Kind::Unique | Kind::Index) {
                self.before(groups, Vertex::Unmake(need), Vertex::Make(key), strength);
            }
            if groups.made.contains(&key) || groups.reshaped.contains(&need) {
                self.before(groups, vertex, Vertex::Alter(need), strength);
            } else {
                self.before(groups, vertex, Vertex::Alter(need), Strength::Weak);
            }
        }
        self.before(groups, vertex, Vertex::Make(key), Strength::Strong);
        if groups.made.contains(&key) {
            // Made again while the old one still stands, it would rest on that.
            for &(need, _) in groups.needs.live.of_key(key).iter() {
                self.before(groups, Vertex::Unmake(need), Vertex::Make(key), Strength::Weak);
            }
        }
    }

    /// What comes finds what it needs made and altered.
    fn make_edges(&mut self, groups: &Groups, key: Key, vertex: Vertex) {
        for &(need, strength) in groups.needs.desired.of_key(key).iter() {
            let strength = self.bound(key, need, strength);
            self.after_needed(groups, need, vertex, strength);
        }
        if self.shows_all(key) {
            // What it shows is settled when it is made: it waits for the columns that go.
            for &(need, _) in groups.needs.desired.of_key(key).iter().filter(|(need, _)| need.kind.is_relation()) {
                let gone = groups.unmade.iter().filter(|gone| gone.kind == Kind::Column && gone.relation() == Some(need));
                gone.for_each(|gone| self.before(groups, Vertex::Unmake(*gone), vertex, Strength::Strong));
            }
        }
    }

    /// Whether a view will say `*`, and the server put the columns of that moment in its place.
    fn shows_all(&self, key: Key) -> bool {
        let query = self.schema.desired.get(key).filter(|view| view.has(Attr::Query)).and_then(|view| view.text(Attr::Query));
        self.dialect.spells_out_stars() && query.is_some_and(shows_all)
    }

    /// What changes finds what it will need, and lets go of what it needed before that goes.
    fn alter_edges(&mut self, groups: &Groups, key: Key) {
        let vertex = Vertex::Alter(key);
        self.make_edges(groups, key, vertex);
        let shows_all = self.shows_all(key);
        for &(need, strength) in groups.needs.live.of_key(key).iter().filter(|(need, _)| !(shows_all && need.kind == Kind::Column)) {
            if !(groups.released.contains(&key) && is_called(need)) {
                self.before(groups, vertex, Vertex::Unmake(need), strength);
            }
            // A type that is made anew casts over the columns that keep it; those that leave it have left before.
            let leaves = groups.reshaped.contains(&need) && !groups.needs.desired.of_key(key).iter().any(|(still, _)| *still == need);
            if leaves && (need.kind != Kind::Column || key.kind == Kind::Column) {
                self.before(groups, vertex, Vertex::Alter(need), Strength::Strong);
            }
        }
        self.let_go(groups, key, vertex);
        self.field_edges(groups, key);
    }

    /// The type of a composite type's field changes between what goes and what comes that stores the composite.
    fn field_edges(&mut self, groups: &Groups, key: Key) {
        let composite = key.relation().map(|relation| relation.of(Kind::Composite)).filter(|key| self.schema.live.contains(*key));
        let Some(composite) = composite else { return };
        let stores = |user: &Key| user.relation() != key.relation();
        for user in groups.needs.live.dependents(composite).iter().map(|(user, _)| *user).filter(stores) {
            self.before(groups, Vertex::Unmake(user), Vertex::Alter(key), Strength::Strong);
        }
        for user in groups.needs.desired.dependents(composite).iter().map(|(user, _)| *user).filter(stores) {
            self.before(groups, Vertex::Alter(key), Vertex::Make(user), Strength::Strong);
        }
    }

    fn after_needed(&mut self, groups: &Groups, need: Key, vertex: Vertex, strength: Strength) {
        self.before(groups, Vertex::Make(need), vertex, strength);
        let is_part = |relation: Key| {
            let kind = vertex.key().kind;
            vertex.key().relation() == Some(relation) && (inheritance::descends(kind) || kind == Kind::Index)
        };
        if !is_part(need) || inheritance::joins(need, self.schema).is_empty() {
            let strength = if self.dialect.places_columns() { columns::bound(vertex.key(), need, strength) } else { strength };
            self.before(groups, Vertex::Alter(need), vertex, strength);
        }
        if need.kind == Kind::Column && !groups.reshaped.is_empty() {
            // A type that is made anew casts its columns over.
            let types: Vec<Key> =
                groups.needs.desired.of_key(need).iter().map(|(ty, _)| *ty).filter(|ty| groups.reshaped.contains(ty)).collect();
            types.into_iter().for_each(|ty| self.before(groups, Vertex::Alter(ty), vertex, strength));
        }
        if need.kind == Kind::Column
            && let Some(relation) = need.relation().and_then(|relation| self.schema.desired.resolve(relation))
            && relation != vertex.key()
            && (!is_part(relation) || inheritance::joins(relation, self.schema).is_empty())
        {
            self.before(groups, Vertex::Alter(relation), vertex, Strength::Weak);
        }
    }

    /// A foreign key that cannot stand on its own binds nothing: its engine looks at the target when rows come.
    fn bound(&self, key: Key, need: Key, strength: Strength) -> Strength {
        let reference =
            key.kind == Kind::ForeignKey && (need.owner != key.owner || need.namespace != key.namespace) && need.name != key.owner;
        if reference && !self.dialect.detaches() { Strength::Weak } else { strength }
    }

    /// A name is free before another object takes it; a relation has one primary key at a time.
    fn clashes(&mut self, groups: &Groups) {
        let mut gone: BTreeMap<(u8, Name, Name), Vec<Key>> = Default::default();
        for key in &groups.unmade {
            for slot in slots::of(*key, self.schema.live, self.dialect) {
                gone.entry(slot).or_default().push(*key);
            }
        }
        for made in &groups.made {
            for slot in slots::of(*made, self.schema.desired, self.dialect) {
                for key in gone.get(&slot).into_iter().flatten().filter(|key| *key != made) {
                    self.before(groups, Vertex::Unmake(*key), Vertex::Make(*made), Strength::Strong);
                }
            }
            // What the server makes for a key under names of its own is gone before another key may want them.
            let keys = groups.unmade.iter().filter(|key| made.kind == Kind::ForeignKey && key.kind == made.kind && *key != made);
            for key in keys.filter(|key| key.relation() == made.relation()) {
                self.before(groups, Vertex::Unmake(*key), Vertex::Make(*made), Strength::Weak);
            }
        }
    }
}

/// Whether a default can only call the object, so that a column that needs it needs it for its default alone.
pub fn is_called(need: Key) -> bool {
    need.kind.spec().family == Family::Routine
}

fn all_vertices(groups: &Groups, desired: &Schema<Canonical>) -> Vec<Vertex> {
    let owned = |key: &&Key| desired.get(**key).is_some_and(|object| object.has(Attr::OwnedBy));
    let altered = groups.altered.keys().chain(&groups.rebuilt);
    let mut vertices: Vec<Vertex> = altered.map(|key| Vertex::Alter(*key)).collect();
    vertices.extend(groups.unmade.iter().map(|key| Vertex::Unmake(*key)));
    vertices.extend(groups.made.iter().map(|key| Vertex::Make(*key)));
    vertices.extend(groups.owned.iter().map(|key| Vertex::Own(*key)));
    vertices.extend(groups.released.iter().map(|key| Vertex::Release(*key)));
    vertices.extend(
        groups.made.iter().filter(owned).filter(|key| !groups.carried.contains_key(&Vertex::Make(**key))).map(|key| Vertex::Own(*key)),
    );
    vertices
}
