//! What the text of the models leaves open and their migrations say: Django wrote those from the models as they run, so a field, an
//! argument or an option that would have to be run stands there in full. Where the two contradict each other in what both
//! know, the migrations are older or newer than the models, and nothing is taken from them.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::modules::Modules;
use super::state::{Element, Gaps, Model, ModelKey, State};
use crate::base::{Code, Diagnostic, Span};

/// Arguments that are compared where both sides know them.
const COMPARED: &[&str] =
    &["null", "unique", "primary_key", "db_index", "db_column", "max_length", "max_digits", "decimal_places", "db_collation", "to"];
/// Further arguments that a database shows.
const SHOWN: &[&str] = &[
    "db_constraint",
    "to_field",
    "through",
    "db_table",
    "size",
    "db_persist",
    "db_comment",
    "db_default",
    "expression",
    "base_field",
    "output_field",
];

/// The models as their text has them, and as the migrations leave them.
struct Sides<'a> {
    models: &'a State,
    migrated: &'a State,
}

/// What was found of one model.
struct Settled {
    model: Model,
    /// What was taken from the migrations, and where they say it.
    taken: Vec<(String, Span)>,
}

/// What the models and the migrations disagree on, and where the migrations say it.
type Disagreement = (String, Span);

/// Whether something is left open that migrations may tell.
pub(super) fn is_open(state: &State) -> bool {
    let open = |model: &Rc<Model>| {
        let elements = model.options.indexes.iter().chain(&model.options.constraints);
        model.gaps.partial
            || model.options.conditional
            || elements.into_iter().any(is_unsure)
            || model.fields.iter().any(|field| lacks(field))
    };
    state.models.values().filter(|model| model.has_table()).any(open)
}

/// Completes the models by what the migrations lead to, and says it.
pub(super) fn settle(modules: &Modules, state: &mut State, migrated: &State) {
    let sides = Sides { models: state, migrated };
    let mut found = Vec::new();
    for (key, model) in state.models.iter().filter(|(key, model)| model.has_table() && !migrated.blind.contains(&key.app)) {
        let Some(said) = migrated.get(key) else { continue };
        match sides.settled(key, model, said) {
            Ok(settled) => found.push((key.clone(), settled)),
            Err((what, span)) => {
                let place = modules.place(span);
                let message =
                    format!("{key}: {what} is otherwise in the migrations ({place}), so what is open here is not taken from them");
                let help = "it is not compared; `manage.py makemigrations` brings the migrations up to the models";
                modules.report(Diagnostic::new(Code::Unseen, Some(model.span), message).help(help));
            }
        }
    }
    for (key, settled) in found {
        if !settled.taken.is_empty() {
            modules.report(note(modules, &key, &settled));
        }
        state.models.insert(key, Rc::new(settled.model));
    }
}

/// Says what of the models stays open.
pub(super) fn leave_open(modules: &Modules, state: &State) {
    let open = state.models.values().filter(|model| model.has_table() && model.gaps.partial);
    open.flat_map(|model| &model.gaps.notes).for_each(|note| modules.report(note.clone()));
}

fn note(modules: &Modules, key: &ModelKey, settled: &Settled) -> Diagnostic {
    let names: Vec<&str> = settled.taken.iter().map(|(name, _)| name.as_str()).collect();
    let places: Vec<String> = settled.taken.iter().map(|(name, span)| format!("{name} at {}", modules.place(*span))).collect();
    let message = format!("{key}: the models do not tell {} without being run, so the migrations' word is taken", names.join(", "));
    Diagnostic::new(Code::Inferred, Some(settled.model.span), message).help(places.join("; "))
}

impl Sides<'_> {
    /// The model with what the migrations tell of it.
    fn settled(&self, key: &ModelKey, model: &Model, said: &Model) -> Result<Settled, Disagreement> {
        let mut settled = Settled { model: model.clone(), taken: Vec::new() };
        for field in &mut settled.model.fields {
            let Some(other) = said.field(&field.name).filter(|_| lacks(field)) else { continue };
            let whole = overlaid(field, other);
            if lacks(&whole) {
                continue;
            }
            if !self.agree(key, field, other) {
                return Err((field.name.to_string(), other.span));
            }
            settled.taken.push((field.name.to_string(), other.span));
            *field = Rc::new(whole);
        }
        let options = &mut settled.model.options;
        settled.taken.extend(elements(&mut options.indexes, &said.options.indexes));
        settled.taken.extend(elements(&mut options.constraints, &said.options.constraints));
        options.unmanaged |= options.conditional && said.options.unmanaged;
        options.conditional &= options.db_table != said.options.db_table;
        if model.gaps.partial && !said.gaps.partial {
            self.complete(key, &mut settled, said)?;
        }
        Ok(settled)
    }

    /// Adds what a model lacks as a whole.
    fn complete(&self, key: &ModelKey, settled: &mut Settled, said: &Model) -> Result<(), Disagreement> {
        let model = &mut settled.model;
        // The key that no text names is what is not known.
        let known = said.field("id").map(|id| id.nature.clone());
        model.fields.retain(|field| &*field.name != "id" || field.span != model.span || known.as_ref() == Some(&field.nature));
        for field in model.fields.iter().filter(|field| field.has_column() || field.is_many()) {
            let other = said.field(&field.name);
            if !other.is_some_and(|other| self.agree(key, field, other)) {
                return Err((field.name.to_string(), other.map_or(said.span, |other| other.span)));
            }
        }
        if let Some(field) = said.fields.iter().find(|field| model.gaps.taken.contains(&field.name)) {
            return Err((field.name.to_string(), field.span));
        }
        let lacking: Vec<Rc<Field>> = said.fields.iter().filter(|field| model.field(&field.name).is_none()).cloned().collect();
        settled.taken.extend(lacking.iter().map(|field| (field.name.to_string(), field.span)));
        model.fields = lacking.iter().filter(|field| field.primary_key()).chain(&model.fields).cloned().collect();
        model.fields.extend(lacking.into_iter().filter(|field| !field.primary_key()));
        settled.taken.extend(options(model, said)?);
        model.gaps = Gaps::default();
        Ok(())
    }

    /// Whether two fields of one name are the same in what both know.
    fn agree(&self, owner: &ModelKey, own: &Field, said: &Field) -> bool {
        let unknown = own.nature == Nature::Unknown || said.nature == Nature::Unknown;
        let sure = |name: &&&str| !own.unsure(name) && !said.unsure(name);
        let alike = |name: &&str| match *name {
            "null" => own.null() == said.null(),
            "primary_key" => own.primary_key() == said.primary_key(),
            _ if unknown => true,
            "unique" => own.unique() == said.unique(),
            "db_index" => own.indexed() == said.indexed(),
            "db_column" => own.column() == said.column(),
            "max_length" => own.length() == said.length(),
            "to" => {
                let target = |state: &State, field: &Field| state.target(owner, field.text("to")?);
                target(self.models, own).zip(target(self.migrated, said)).is_none_or(|(own, said)| own == said)
            }
            other => own.argument(other) == said.argument(other),
        };
        (unknown || own.nature == said.nature) && COMPARED.iter().filter(sure).all(alike)
    }
}

/// Whether something is left open that a database shows of a field.
fn lacks(field: &Field) -> bool {
    let shown = field.has_column() || field.is_many();
    shown && (field.nature == Nature::Unknown || COMPARED.iter().chain(SHOWN).any(|name| is_open_in(field, name)))
}

/// Whether the value of an argument is open; what a relation refers to is known by its name alone.
fn is_open_in(field: &Field, name: &str) -> bool {
    field.unsure(name) || name == "to" && field.is_relation() && field.argument(name).is_some() && field.text(name).is_none()
}

/// A field with what another one says in the place of what is open.
fn overlaid(field: &Field, said: &Field) -> Field {
    let mut whole = field.clone();
    for name in COMPARED.iter().chain(SHOWN).filter(|name| is_open_in(field, name) && !is_open_in(said, name)) {
        match said.argument(name) {
            Some(value) => whole.arguments.insert((*name).into(), value.clone()),
            // Django leaves out of a migration what is as usual.
            None => whole.arguments.remove(*name),
        };
    }
    if said.argument("**").is_none() {
        whole.arguments.remove("**");
    }
    if field.nature == Nature::Unknown && said.nature != Nature::Unknown {
        whole.nature = said.nature.clone();
        whole.arguments.extend(said.arguments.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    whole
}

fn is_unsure(element: &Rc<Element>) -> bool {
    element.call.has_unknown()
}

/// Replaces the indexes or constraints that are open by those of the same name.
fn elements(own: &mut [Rc<Element>], said: &[Rc<Element>]) -> Vec<(String, Span)> {
    let mut taken = Vec::new();
    for element in own.iter_mut().filter(|element| is_unsure(element) && element.name.is_some()) {
        let known = said.iter().find(|other| other.name == element.name && other.class == element.class && !is_unsure(other));
        if let Some(known) = known {
            taken.push((known.name.as_deref().unwrap_or_default().to_string(), known.span));
            *element = known.clone();
        }
    }
    taken
}

/// The options of which a partial model says nothing; an error where it says another thing than the migrations.
fn options(model: &mut Model, said: &Model) -> Result<Vec<(String, Span)>, Disagreement> {
    let (own, other) = (&mut model.options, &said.options);
    let names = |elements: &[Rc<Element>]| {
        let mut names: Vec<_> = elements.iter().map(|element| element.name.clone()).collect();
        names.sort();
        names
    };
    let mut taken = Vec::new();
    for (own, other) in [(&mut own.indexes, &other.indexes), (&mut own.constraints, &other.constraints)] {
        if own.is_empty() {
            taken.extend(other.iter().map(|element| (element.name.as_deref().unwrap_or("an index").to_string(), element.span)));
            own.clone_from(other);
        } else if names(own) != names(other) {
            return Err(("its list of indexes or constraints".to_string(), said.span));
        }
    }
    if own.db_table.is_none() {
        own.db_table.clone_from(&other.db_table);
    }
    if own.order_with_respect_to.is_none() {
        own.order_with_respect_to.clone_from(&other.order_with_respect_to);
    }
    for (own, other, what) in [
        (&mut own.unique_together, &other.unique_together, "unique_together"),
        (&mut own.index_together, &other.index_together, "index_together"),
    ] {
        let same = own.len() == other.len() && own.iter().all(|set| other.contains(set));
        if own.is_empty() && !other.is_empty() {
            taken.push((what.to_string(), said.span));
            own.clone_from(other);
        } else if !same {
            return Err((what.to_string(), said.span));
        }
    }
    Ok(taken)
}
