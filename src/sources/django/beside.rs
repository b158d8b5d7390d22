//! What migrations make beside the models: an index of a RunSQL, a column that the state was never told of. The models say
//! nothing of it, so what of it the live side has is left alone and said; so is an index of theirs that no migration makes.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::Context;
use super::desired::{self, Request};
use super::history::{History, Nature};
use super::migration::Id;
use super::modules::Modules;
use super::press::Press;
use super::project::Project;
use super::table;
use crate::base::{Code, Diagnostic, Span};
use crate::dialects::{Dialect, Memo};
use crate::ir::{Attr, Key, Kind, Object, Op, Schema};
use crate::sources::Reading;

/// What the live side has beyond the models.
struct Surplus {
    objects: Vec<Key>,
    facts: Vec<(Key, Vec<Attr>)>,
    /// Indexes of the models that the live side lacks.
    lacking: Vec<(Key, Option<Span>)>,
}

/// The migrations on paper, beside what their models alone would make.
struct Paper {
    database: Schema,
    told: BTreeMap<Key, Object>,
    /// By table, the last migration of its app of which it cannot be told what it did.
    opaque: BTreeMap<Key, (Id, Option<Span>)>,
}

/// Takes out of a reading what the project's migrations made beside its models.
pub(super) fn leave(request: &Request, modules: &Modules, project: &Project, reading: &mut Reading) {
    let Some(live) = request.live else { return };
    let surplus = surplus(live, reading);
    if surplus.objects.is_empty() && surplus.facts.is_empty() && surplus.lacking.is_empty() {
        return;
    }
    // What is wrong with the migrations is told by `unsound`.
    let kept = modules.diagnostics.take();
    let paper = paper(request, modules, project);
    *modules.diagnostics.borrow_mut() = kept;
    let seen = |key: Key| live.get(key).and_then(|object| object.span);
    let forms = LazyCell::new(|| Forms::of((live, &paper), request.dialect));
    for key in surplus.objects {
        let made = paper.database.get(key).filter(|_| !paper.told.contains_key(&key));
        let relation = key.relation().unwrap_or(key);
        // What is as the migration makes it is no secret: it is right as it is.
        let same = |made: &Object| live.get(key).is_some_and(|found| found.differing(made).is_empty()) || forms.same(key);
        let (code, message, span) = match (made, paper.opaque.get(&relation)) {
            (Some(made), _) if same(made) => (Code::Tolerated, format!("{key}: a migration makes it so beside the models"), made.span),
            (Some(made), _) => (Code::Unseen, format!("{key}: a migration makes it beside the models"), made.span),
            (None, Some((id, span))) => (Code::Unseen, format!("{key}: whether {id} made it would have to be run"), *span),
            (None, None) => continue,
        };
        reading.coverage.hidden.insert(key);
        let note = Diagnostic::new(code, span.or_else(|| seen(key)), message);
        reading.diagnostics.push(note.help("the models do not speak of it; it is left alone"));
    }
    // A migration that only tells the state of an index, or one of index_together since Django 5.1, leaves the database without it.
    let unmade = |key: Key| {
        let opaque = key.relation().is_some_and(|relation| paper.opaque.contains_key(&relation));
        paper.told.contains_key(&key) && !paper.database.contains(key) && !opaque
    };
    for (key, span) in surplus.lacking.into_iter().filter(|(key, _)| unmade(*key)) {
        reading.ops.retain(|located| located.op.key() != key);
        let note = Diagnostic::new(Code::Tolerated, span, format!("{key}: the models have it, but no migration makes it in a database"));
        reading.diagnostics.push(note.help("it is not compared; a migration with AddIndex, or CREATE INDEX by hand, makes it"));
    }
    for (key, attrs) in surplus.facts {
        let (Some(made), Some(told)) = (paper.database.get(key), paper.told.get(&key)) else { continue };
        let beside = |attr: &Attr| made.get(*attr) != told.get(*attr) && !same_value(&forms.made, &forms.told, (key, *attr));
        for attr in attrs.into_iter().filter(beside) {
            reading.coverage.unseen_objects.insert((key, attr));
            let message = format!("{key}: a migration sets its {} beside the models", attr.spec().label);
            let same = same_value(&forms.live, &forms.made, (key, attr));
            let code = if same { Code::Tolerated } else { Code::Unseen };
            let note = Diagnostic::new(code, made.span, message);
            let help = match told.has(attr) {
                true => "the models say otherwise, but no migration brings that about; it is not compared",
                false => "the models do not speak of it; it is not compared",
            };
            reading.diagnostics.push(note.help(help));
        }
    }
}

/// The three sides as a server stores them: `VARCHAR(9)` of a migration's SQL is `character varying(9)` of a dump.
struct Forms {
    live: Schema,
    made: Schema,
    told: Schema,
}

impl Forms {
    fn of((live, paper): (&Schema, &Paper), dialect: &dyn Dialect) -> Forms {
        let canonical = |mut schema: Schema| {
            dialect.canonicalise(&mut schema, &mut Memo::default());
            schema
        };
        let mut told = dialect.initial();
        paper.told.values().for_each(|object| told.insert(object.clone()));
        Forms { live: canonical(live.clone()), made: canonical(paper.database.clone()), told: canonical(told) }
    }

    /// Whether an object of the live side is as the migrations make it.
    fn same(&self, key: Key) -> bool {
        self.live.get(key).zip(self.made.get(key)).is_some_and(|(live, made)| live.differing(made).is_empty())
    }
}

/// Whether two schemas have the same object with the same fact.
fn same_value(one: &Schema, two: &Schema, (key, attr): (Key, Attr)) -> bool {
    one.get(key).zip(two.get(key)).is_some_and(|(one, two)| one.get(attr) == two.get(attr))
}

/// Parts of the models' tables in live only, and facts that are written otherwise there.
fn surplus(live: &Schema, reading: &Reading) -> Surplus {
    let objects = reading.ops.iter().filter_map(|located| match &located.op {
        Op::Create { object, .. } => Some((object.key, object)),
        _ => None,
    });
    let wanted: BTreeMap<Key, &Object> = objects.collect();
    let is_lacking = |object: &&&Object| {
        let there = object.key.relation().is_some_and(|relation| live.contains(relation));
        object.key.kind == Kind::Index && !object.has(Attr::Unique) && there && !live.contains(object.key)
    };
    let lacking = wanted.values().filter(is_lacking).map(|object| (object.key, object.span)).collect();
    let mut surplus = Surplus { objects: Vec::new(), facts: Vec::new(), lacking };
    for object in live.iter().filter(|object| object.key.kind.spec().owned && reading.coverage.sees(object.key)) {
        match wanted.get(&object.key) {
            None => surplus.objects.push(object.key),
            Some(wanted) => surplus.facts.push((object.key, object.differing(wanted))),
        }
    }
    surplus.facts.retain(|(_, attrs)| !attrs.is_empty());
    surplus
}

fn paper(request: &Request, modules: &Modules, project: &Project) -> Paper {
    let carried = super::carried_out((request, modules, project), &None);
    let history = carried.history;
    let press = Press::new(request.dialect);
    let taste = request.taste();
    let flavor = super::flavor::Flavor { engine: request.engine(), version: modules.version.get() };
    let context = Context { state: &history.state, flavor, taste };
    let blind = blind(&history);
    let (mut told, mut opaque) = (BTreeMap::new(), BTreeMap::new());
    let here = |app: &str| desired::lies_in(project, taste.namespace.as_str(), app);
    for model in history.state.models.values().filter(|model| here(&model.app)) {
        for table in table::tables(context, model) {
            told.extend(press.objects(&table, taste).into_iter().map(|object| (object.key, object)));
            if let Some(last) = blind.get(&model.app) {
                opaque.insert(taste.table(&table.name), last.clone());
            }
        }
    }
    Paper { database: history.database, told, opaque }
}

/// By app the last migration of which it cannot be told what it did.
fn blind(history: &History) -> BTreeMap<Arc<str>, (Id, Option<Span>)> {
    let mut last = BTreeMap::new();
    for carried in &history.migrations {
        let effect = carried.effects.iter().rfind(|effect| matches!(effect.nature, Nature::Opaque(_)));
        if let Some(effect) = effect {
            last.insert(carried.id.app.clone(), (carried.id.clone(), effect.span));
        }
    }
    last
}
