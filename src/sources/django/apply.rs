//! What an operation does to the state of the models.

use std::rc::Rc;
use std::sync::Arc;

use super::field::Field;
use super::operation::{Operation, Step};
use super::patterns;
use super::state::{Element, Model, ModelKey, State};
use super::value::Value;

/// Applies an operation to the state; `Err` says what it speaks of that is not there.
pub fn apply(state: &mut State, app: &str, operation: &Operation) -> Result<(), String> {
    match operation {
        Operation::CreateModel(model) => {
            let key = ModelKey::new(app, &model.name);
            if state.models.contains_key(&key) {
                return Err(format!("the model {key} is created twice"));
            }
            state.models.insert(key, Rc::new(Model { app: app.into(), ..(**model).clone() }));
            Ok(())
        }
        Operation::DeleteModel { name } => {
            let key = ModelKey::new(app, name);
            state.models.remove(&key).map(|_| ()).ok_or_else(|| missing(&key))
        }
        Operation::RenameModel { old, new } => rename_model(state, app, old, new),
        Operation::RunSql { state: steps, .. } | Operation::Separate { state: steps, .. } => all(state, app, steps),
        Operation::RunPython
        | Operation::Extension { .. }
        | Operation::Unseen { .. }
        | Operation::AlterModelManagers { .. }
        | Operation::AlterConstraint { .. } => Ok(()),
        Operation::Opaque { class, .. } => {
            // Django's own RunSQL and RunPython leave the state alone whatever they do to the database, but for `state_operations`
            // (django/db/migrations/operations/special.py, `state_forwards`); another class may do anything to it.
            if !matches!(&**class, "RunSQL" | "RunPython") {
                state.blind.insert(app.into());
            }
            Ok(())
        }
        _ => on_model(state, app, operation),
    }
}

/// Applies several operations in order; the first fault is told, the rest is applied all the same.
pub fn all(state: &mut State, app: &str, steps: &[Step]) -> Result<(), String> {
    let outcomes: Vec<_> = steps.iter().map(|step| apply(state, app, &step.operation)).collect();
    outcomes.into_iter().collect()
}

fn missing(key: &ModelKey) -> String {
    format!("the model {key} is not there")
}

/// Operations on one model.
fn on_model(state: &mut State, app: &str, operation: &Operation) -> Result<(), String> {
    let name = match operation {
        Operation::AddField { model, .. }
        | Operation::RemoveField { model, .. }
        | Operation::AlterField { model, .. }
        | Operation::RenameField { model, .. }
        | Operation::AddIndex { model, .. }
        | Operation::RemoveIndex { model, .. }
        | Operation::RenameIndex { model, .. }
        | Operation::AddConstraint { model, .. }
        | Operation::RemoveConstraint { model, .. } => model,
        Operation::AlterModelTable { name, .. }
        | Operation::AlterModelTableComment { name, .. }
        | Operation::AlterUniqueTogether { name, .. }
        | Operation::AlterIndexTogether { name, .. }
        | Operation::AlterOrderWithRespectTo { name, .. }
        | Operation::AlterModelOptions { name, .. } => name,
        _ => return Ok(()),
    };
    let key = ModelKey::new(app, name);
    if let Operation::RenameField { old, new, .. } = operation {
        rename_referred(state, &key, old, new);
    }
    let model = state.models.get_mut(&key).ok_or_else(|| missing(&key))?;
    let model = Rc::make_mut(model);
    match operation {
        Operation::AlterModelTable { table, .. } => model.options.db_table = table.clone(),
        Operation::AlterModelTableComment { comment, .. } => model.options.comment = comment.clone(),
        Operation::AlterUniqueTogether { sets, .. } => model.options.unique_together = sets.clone(),
        Operation::AlterIndexTogether { sets, .. } => model.options.index_together = sets.clone(),
        Operation::AlterOrderWithRespectTo { field, .. } => model.options.order_with_respect_to = field.clone(),
        Operation::AlterModelOptions { managed, .. } => {
            if let Some(managed) = managed {
                model.options.unmanaged = !managed;
            }
        }
        _ => return on_part(model, &key, operation),
    }
    Ok(())
}

fn on_part(model: &mut Model, key: &ModelKey, operation: &Operation) -> Result<(), String> {
    match operation {
        Operation::AddField { field, .. } => {
            if model.field(&field.name).is_some() {
                return Err(format!("the field {key}.{} is added twice", field.name));
            }
            model.fields.push(field.clone());
            Ok(())
        }
        Operation::RemoveField { name, .. } => {
            let before = model.fields.len();
            model.fields.retain(|field| field.name != *name);
            if model.fields.len() == before { Err(format!("the field {key}.{name} is not there")) } else { Ok(()) }
        }
        Operation::AlterField { field, .. } => {
            let place = model.fields.iter_mut().find(|known| known.name == field.name);
            let place = place.ok_or_else(|| format!("the field {key}.{} is not there", field.name))?;
            *place = patterns::altered(place, field);
            Ok(())
        }
        Operation::RenameField { old, new, .. } => rename_field(model, key, old, new),
        Operation::AddIndex { element, .. } => {
            model.options.indexes.push(element.clone());
            Ok(())
        }
        Operation::RemoveIndex { name, .. } => remove(&mut model.options.indexes, name, key),
        Operation::RenameIndex { new, old, fields, .. } => rename_index(model, key, new, old.as_ref(), fields),
        Operation::AddConstraint { element, .. } => {
            model.options.constraints.push(element.clone());
            Ok(())
        }
        Operation::RemoveConstraint { name, .. } => remove(&mut model.options.constraints, name, key),
        _ => Ok(()),
    }
}

fn remove(elements: &mut Vec<Rc<Element>>, name: &Arc<str>, key: &ModelKey) -> Result<(), String> {
    let before = elements.len();
    elements.retain(|element| element.name.as_ref() != Some(name));
    if elements.len() == before { Err(format!("{key} has no index or constraint {name}")) } else { Ok(()) }
}

/// An index by its name, or a set of index_together that becomes a named index.
fn rename_index(model: &mut Model, key: &ModelKey, new: &Arc<str>, old: Option<&Arc<str>>, fields: &[Arc<str>]) -> Result<(), String> {
    if let Some(old) = old {
        let element = model.options.indexes.iter_mut().find(|element| element.name.as_ref() == Some(old));
        let element = element.ok_or_else(|| format!("{key} has no index {old}"))?;
        *element = Rc::new(Element { name: Some(new.clone()), ..(**element).clone() });
        return Ok(());
    }
    model.options.index_together.retain(|set| set != fields);
    let listed = Value::List(fields.iter().map(|field| Value::Str(field.clone())).collect());
    let call = super::value::Call {
        callee: "django.db.models.Index".into(),
        arguments: Vec::new(),
        keywords: vec![("fields".into(), listed), ("name".into(), Value::Str(new.clone()))],
        span: model.span,
    };
    model.options.indexes.extend(Element::of(&Value::Call(Arc::new(call))));
    Ok(())
}

/// `unique_together`, `index_together` and the order follow; named indexes and constraints do not.
fn rename_field(model: &mut Model, key: &ModelKey, old: &Arc<str>, new: &Arc<str>) -> Result<(), String> {
    let field = model.fields.iter_mut().find(|field| field.name == *old);
    let field = field.ok_or_else(|| format!("the field {key}.{old} is not there"))?;
    *field = Rc::new(field.named(new));
    let options = &mut model.options;
    for set in options.unique_together.iter_mut().chain(&mut options.index_together) {
        for name in set.iter_mut().filter(|name| *name == old) {
            *name = new.clone();
        }
    }
    if options.order_with_respect_to.as_ref() == Some(old) {
        options.order_with_respect_to = Some(new.clone());
    }
    Ok(())
}

/// Rewrites the fields of all models for which `change` gives another.
fn rewrite(state: &mut State, change: impl Fn(&ModelKey, &Field) -> Option<Field>) {
    let mut changed: Vec<(ModelKey, usize, Field)> = Vec::new();
    for (key, model) in &state.models {
        for (at, field) in model.fields.iter().enumerate().filter(|(_, field)| field.is_relation()) {
            changed.extend(change(key, field).map(|field| (key.clone(), at, field)));
        }
    }
    for (key, at, field) in changed {
        if let Some(model) = state.models.get_mut(&key) {
            Rc::make_mut(model).fields[at] = Rc::new(field);
        }
    }
}

/// `to_field` follows a renamed field.
fn rename_referred(state: &mut State, target: &ModelKey, old: &Arc<str>, new: &Arc<str>) {
    let resolve = State { models: Default::default(), ..state.clone() };
    rewrite(state, |owner, field| {
        let names = field.text("to_field") == Some(old) && resolve.target(owner, field.text("to")?).as_ref() == Some(target);
        names.then(|| field.with("to_field", Value::Str(new.clone())))
    });
}

fn rename_model(state: &mut State, app: &str, old: &Arc<str>, new: &Arc<str>) -> Result<(), String> {
    let (from, to) = (ModelKey::new(app, old), ModelKey::new(app, new));
    let model = state.models.remove(&from).ok_or_else(|| missing(&from))?;
    state.models.insert(to.clone(), Rc::new(Model { name: new.clone(), ..(*model).clone() }));
    let resolve = State { models: Default::default(), ..state.clone() };
    let target = Value::Str(format!("{app}.{new}").into());
    rewrite(state, |owner, field| {
        let owner = if *owner == to { &from } else { owner };
        let names = |argument: &str| field.text(argument).and_then(|text| resolve.target(owner, text)).as_ref() == Some(&from);
        let (relation, through) = (names("to") && field.text("to") != Some("self"), names("through"));
        if !relation && !through {
            return None;
        }
        let mut field = field.clone();
        if relation {
            field = field.with("to", target.clone());
        }
        if through {
            field = field.with("through", target.clone());
        }
        Some(field)
    });
    Ok(())
}
