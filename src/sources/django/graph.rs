//! The order of migrations: dependencies, squashes, and the faults for which Django refuses a project.

use std::collections::{BTreeMap, BTreeSet};

use super::migration::{Id, Migration, Migrations};
use super::recorded::Listing;
use crate::base::{Code, Diagnostic, Severity, Span};

/// What the database has recorded; `None` where nothing is known of it.
pub type Recorded = Option<Listing>;

/// The migrations that count, in plan order.
#[derive(Debug, Default)]
pub struct Plan {
    pub order: Vec<Migration>,
    /// The dependencies of each, as they count.
    pub parents: BTreeMap<Id, BTreeSet<Id>>,
    /// Migrations that a squash replaces, by the squash.
    pub replaced: BTreeMap<Id, Vec<Id>>,
    /// Leaves of an app where there are several.
    pub conflicts: BTreeMap<String, Vec<Id>>,
    /// Why Django refuses to load the migrations at all: no command runs before that is mended.
    pub refusals: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Plan {
    /// All migrations that one rests on.
    pub fn ancestors(&self, id: &Id) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Id> = vec![id];
        while let Some(next) = open.pop() {
            for parent in self.parents.get(next).into_iter().flatten() {
                if found.insert(parent.clone()) {
                    open.push(parent);
                }
            }
        }
        found
    }
}

/// Puts the migrations into the order in which Django would carry them out.
pub fn plan(migrations: Migrations, recorded: &Recorded) -> Plan {
    let mut plan = Plan::default();
    let mut nodes: BTreeMap<Id, Migration> = BTreeMap::new();
    for migration in migrations.all {
        nodes.insert(migration.id.clone(), migration);
    }
    let stands_for = squash(&mut nodes, recorded, &mut plan);
    let mut parents: BTreeMap<Id, BTreeSet<Id>> = nodes.keys().map(|id| (id.clone(), BTreeSet::new())).collect();
    let links = Links { nodes: &nodes, stands_for: &stands_for, apps: &migrations.apps };
    let mut faults = Vec::new();
    for migration in nodes.values() {
        for dependency in &migration.dependencies {
            match links.resolve(&migration.id, dependency) {
                Found::One(parent) => drop(parents.entry(migration.id.clone()).or_default().insert(parent)),
                Found::Unknown => faults.push(missing(migration, dependency)),
                Found::Nothing => {}
            }
        }
        for child in &migration.run_before {
            if let Found::One(child) = links.resolve(&migration.id, child) {
                parents.entry(child).or_default().insert(migration.id.clone());
            }
        }
    }
    // What a squash took the place of hands its dependencies on.
    inherit(&mut parents, &plan.replaced, &nodes, &stands_for);
    let broken =
        nodes.values().filter(|migration| migration.broken).map(|one| format!("{}: its file is not Python that can be read", one.id));
    plan.refusals = broken.chain(faults.iter().map(|fault| fault.message.clone())).collect();
    // A migration without its parent is a leaf's rival only until the parent is there.
    let torn = !faults.is_empty();
    plan.diagnostics.extend(faults);
    if !torn {
        leaves(&nodes, &parents, &mut plan);
    }
    let mut rings = Vec::new();
    let order = sorted(&parents, &nodes, &mut rings);
    plan.refusals.extend(rings.iter().map(|ring| ring.message.clone()));
    plan.diagnostics.extend(rings);
    plan.order = order.into_iter().filter_map(|id| nodes.remove(&id)).collect();
    plan.parents = parents;
    plan
}

/// What a dependency stands for.
enum Found {
    One(Id),
    /// Nothing to wait for: an app without migrations, or the app's own first.
    Nothing,
    Unknown,
}

struct Links<'a> {
    nodes: &'a BTreeMap<Id, Migration>,
    stands_for: &'a BTreeMap<Id, Id>,
    apps: &'a [std::sync::Arc<str>],
}

impl Links<'_> {
    fn resolve(&self, own: &Id, id: &Id) -> Found {
        match &*id.name {
            "__first__" | "__latest__" if id.app == own.app => Found::Nothing,
            "__first__" => self.edge(&id.app, true),
            "__latest__" => self.edge(&id.app, false),
            _ => {
                let id = self.stands_for.get(id).unwrap_or(id);
                if self.nodes.contains_key(id) {
                    Found::One(id.clone())
                } else if self.apps.contains(&id.app) {
                    Found::Unknown
                } else {
                    Found::Nothing
                }
            }
        }
    }

    /// The root or the leaf of an app: without a dependency in the app, or not depended on in it.
    fn edge(&self, app: &str, root: bool) -> Found {
        let own: Vec<&Migration> = self.nodes.values().filter(|migration| &*migration.id.app == app).collect();
        let inside = |migration: &&Migration| migration.dependencies.iter().any(|id| &*id.app == app);
        let depended = |migration: &&Migration| own.iter().any(|other| other.dependencies.contains(&migration.id));
        let found = own.iter().find(|migration| if root { !inside(migration) } else { !depended(migration) });
        found.map_or(Found::Nothing, |migration| Found::One(migration.id.clone()))
    }
}

fn missing(migration: &Migration, dependency: &Id) -> Diagnostic {
    let message = format!("{} depends on {dependency}, which is not in the project", migration.id);
    Diagnostic::new(Code::Missing, migration.span, message).help("Django refuses to run with a missing parent (NodeNotFoundError)")
}

/// Takes out squashes or what they replace: a squash counts where all or none of what it replaces is recorded.
fn squash(nodes: &mut BTreeMap<Id, Migration>, recorded: &Recorded, plan: &mut Plan) -> BTreeMap<Id, Id> {
    let mut stands_for = BTreeMap::new();
    let squashes: Vec<(Id, Vec<Id>)> =
        nodes.values().filter(|migration| !migration.replaces.is_empty()).map(|one| (one.id.clone(), one.replaces.clone())).collect();
    for (id, replaces) in squashes {
        let known = |one: &&Id| recorded.as_ref().is_some_and(|rows| rows.contains(*one));
        let applied = replaces.iter().filter(known).count();
        let whole = recorded.as_ref().is_some_and(|rows| rows.count(&id, &replaces));
        let partly = applied > 0 && !whole;
        if partly && replaces.iter().any(|one| nodes.contains_key(one)) {
            nodes.remove(&id);
            continue;
        }
        for one in &replaces {
            nodes.remove(one);
            stands_for.insert(one.clone(), id.clone());
        }
        plan.replaced.insert(id, replaces);
    }
    stands_for
}

/// A squash depends on what its replaced migrations depended on, as far as that is outside of it.
fn inherit(
    parents: &mut BTreeMap<Id, BTreeSet<Id>>,
    replaced: &BTreeMap<Id, Vec<Id>>,
    nodes: &BTreeMap<Id, Migration>,
    stands_for: &BTreeMap<Id, Id>,
) {
    for squash in replaced.keys() {
        if let Some(own) = parents.get_mut(squash) {
            own.retain(|parent| parent != squash && nodes.contains_key(parent) && stands_for.get(parent).is_none_or(|by| by != squash));
        }
    }
}

/// Several leaves in one app are a conflict: Django refuses to migrate until they are merged.
fn leaves(nodes: &BTreeMap<Id, Migration>, parents: &BTreeMap<Id, BTreeSet<Id>>, plan: &mut Plan) {
    let mut by_app: BTreeMap<String, Vec<&Migration>> = BTreeMap::new();
    for migration in nodes.values() {
        let depended = parents.iter().any(|(child, set)| child.app == migration.id.app && set.contains(&migration.id));
        if !depended {
            by_app.entry(migration.id.app.to_string()).or_default().push(migration);
        }
    }
    // What one rests on may be among them.
    let open: BTreeSet<&str> = nodes.values().filter(|migration| migration.open).map(|migration| &*migration.id.app).collect();
    for (app, leaves) in by_app.into_iter().filter(|(app, leaves)| leaves.len() > 1 && !open.contains(&**app)) {
        let names: Vec<String> = leaves.iter().map(|leaf| leaf.id.name.to_string()).collect();
        let message = format!("{app} has {} leaf migrations in conflict: {}", leaves.len(), names.join(", "));
        let help =
            format!("Django refuses to migrate; `python manage.py makemigrations --merge {app}` makes the migration that joins them");
        let span: Option<Span> = leaves.last().and_then(|leaf| leaf.span);
        plan.diagnostics.push(Diagnostic::new(Code::Contradiction, span, message).help(help));
        plan.conflicts.insert(app, leaves.iter().map(|leaf| leaf.id.clone()).collect());
    }
}

/// Django's order: for each leaf by name, its ancestors depth first, parents by name.
fn sorted(parents: &BTreeMap<Id, BTreeSet<Id>>, nodes: &BTreeMap<Id, Migration>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Id> {
    let mut order = Vec::new();
    let mut done: BTreeSet<&Id> = BTreeSet::new();
    let depended = |id: &Id| parents.iter().any(|(child, set)| child.app == id.app && set.contains(id));
    let mut leaves: Vec<&Id> = parents.keys().filter(|id| !depended(id)).collect();
    // What a ring keeps from being a leaf is looked at too.
    leaves.extend(parents.keys());
    for leaf in leaves {
        visit(leaf, parents, &mut done, &mut order, (nodes, diagnostics));
    }
    order.into_iter().cloned().collect()
}

fn visit<'a>(
    leaf: &'a Id,
    parents: &'a BTreeMap<Id, BTreeSet<Id>>,
    done: &mut BTreeSet<&'a Id>,
    order: &mut Vec<&'a Id>,
    (nodes, diagnostics): (&BTreeMap<Id, Migration>, &mut Vec<Diagnostic>),
) {
    if done.contains(leaf) {
        return;
    }
    let mut stack: Vec<(&Id, Vec<&Id>)> = vec![(leaf, parents.get(leaf).into_iter().flatten().collect())];
    while let Some((id, open)) = stack.last_mut() {
        let id = *id;
        match (!open.is_empty()).then(|| open.remove(0)) {
            Some(parent) if done.contains(parent) => {}
            Some(parent) if stack.iter().any(|(known, _)| *known == parent) => {
                let ring: Vec<String> =
                    stack.iter().skip_while(|(known, _)| *known != parent).map(|(known, _)| known.to_string()).collect();
                let message = format!("migrations depend on each other in a ring: {} → {parent}", ring.join(" → "));
                let span = nodes.get(id).and_then(|migration| migration.span);
                let help = "Django refuses such a project (CircularDependencyError); one of the dependencies must go";
                diagnostics.push(Diagnostic::new(Code::Ring, span, message).severity(Severity::Warning).help(help));
            }
            Some(parent) => stack.push((parent, parents.get(parent).into_iter().flatten().collect())),
            None => {
                done.insert(id);
                order.push(id);
                stack.pop();
            }
        }
    }
}
