//! Model classes to models: fields through abstract bases, multi-table inheritance, Meta.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::ancestry::{Ancestry, is_model_class, is_plain};
use super::bindings::{Binding, Bound};
use super::contrib;
use super::doubled;
use super::evaluate::Scope;
use super::extended;
use super::field::Field;
use super::kinds::{self, Shape};
use super::modules::{Located, Module, Modules};
use super::python::ANY_NAME;
use super::state::{Gaps, Model, ModelKey, Options, State};
use super::value::{Value, last};
use super::wrapped::may_be_field;
use crate::base::{Code, Diagnostic, Span};

/// An app with the package that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    pub label: Arc<str>,
    /// The package's dotted path.
    pub package: Arc<str>,
}

/// What the calls of a module are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    MakeModels,
    /// Beside the admin, calls that are handed models make forms and the like.
    MakeOthers,
}

/// Reads the models of all apps into `state`.
pub fn read(modules: &Modules, apps: &[App], state: &mut State) {
    let own: Vec<App> = apps.iter().filter(|app| contrib::label(&app.package).is_none()).cloned().collect();
    let reader = Reader { modules, apps: &own };
    let mut found: Vec<(Located, bool)> = Vec::new();
    let mut seen = BTreeSet::new();
    for app in &own {
        reader.collect(&format!("{}.models", app.package), (app, Calls::MakeModels), &mut seen, &mut found);
    }
    reader.collect_registered(apps, &mut seen, &mut found);
    doubled::among(&reader, &found).into_iter().for_each(|fault| modules.report(fault));
    for (located, _) in &found {
        let path = format!("{}.{}", located.module.path, located.class.name);
        if let Some(key) = reader.key_of(&path) {
            state.classes.insert(path.into(), key);
        }
    }
    for (located, surely) in &found {
        if let Some(mut model) = reader.model(located, state) {
            model.options.conditional |= !surely;
            state.models.entry(model.key()).or_insert_with(|| Rc::new(model));
        }
    }
    seen.iter().filter_map(|path| modules.load(path)).for_each(|module| reader.add_from_outside(&module, state));
    own.iter().for_each(|app| reader.add_when_ready(app, state));
}

/// The first class of an app that is a model with a table of its own, as far as that can be told.
pub fn first_of(modules: &Modules, app: &App) -> Option<Span> {
    let reader = Reader { modules, apps: std::slice::from_ref(app) };
    let mut found = Vec::new();
    reader.collect(&format!("{}.models", app.package), (app, Calls::MakeModels), &mut BTreeSet::new(), &mut found);
    let own = found.iter().filter(|(located, surely)| *surely && reader.ancestry(located, 0) == Ancestry::Model);
    let mut tables = own.filter(|(located, _)| {
        let path = format!("{}.{}", located.module.path, located.class.name);
        !reader.is_abstract(&path) && !reader.own_proxy(located) && reader.flag(&path, "managed") != Some(false)
    });
    tables.next().map(|(located, _)| located.class.span)
}

pub(super) struct Reader<'a, 'b> {
    pub(super) modules: &'a Modules<'b>,
    pub(super) apps: &'a [App],
}

/// A model's fields by name, in order; a removed one is `None`.
pub(super) type Fields = Vec<(Arc<str>, Option<Rc<Field>>)>;

impl Reader<'_, '_> {
    /// The model classes of a module and of the modules of the same app that it imports.
    pub(super) fn collect(&self, path: &str, (app, calls): (&App, Calls), seen: &mut BTreeSet<String>, found: &mut Vec<(Located, bool)>) {
        if !seen.insert(path.to_string()) {
            return;
        }
        let Some(module) = self.modules.load(path) else { return };
        let scope = Scope::of(&module);
        for bound in &module.bindings.all {
            let holds = self.modules.holds(&scope, bound);
            if holds == Some(false) {
                continue;
            }
            let class = match &bound.what {
                Binding::Class(class) => class,
                Binding::Value(value) if calls == Calls::MakeModels => {
                    found.extend(self.made((&module, app), &bound.name, value).map(|made| (made, false)));
                    continue;
                }
                _ => continue,
            };
            let located = self.modules.located(module.clone(), class.clone());
            if self.ancestry(&located, 0) != Ancestry::No {
                found.push((located, holds.is_some()));
            }
        }
        let inside = format!("{}.", app.package);
        for import in self.imports(&module) {
            if import.starts_with(&inside) && !import.contains(".migrations.") {
                self.collect(&import, (app, calls), seen, found);
            }
        }
    }

    /// The modules that a module imports, by absolute path.
    fn imports(&self, module: &Rc<Module>) -> Vec<String> {
        let mut paths = Vec::new();
        for bound in &module.bindings.all {
            match &bound.what {
                Binding::Module(path) => paths.push(path.to_string()),
                Binding::Item { module: from, level, item } => {
                    let from = Modules::absolute(module, from, *level);
                    paths.push(format!("{from}.{item}"));
                    paths.push(from);
                }
                _ => {}
            }
        }
        paths.extend(module.bindings.stars.iter().map(|star| Modules::absolute(module, &star.module, star.level)));
        paths
    }

    /// The model that a class path stands for.
    pub(super) fn key_of(&self, path: &str) -> Option<ModelKey> {
        if let Some(key) = contrib::model_at(path) {
            return Some(key);
        }
        let located = self.modules.class(path)?;
        let label = self.meta(path, "app_label").and_then(|value| value.str().map(Arc::from)).or_else(|| self.label_of(path))?;
        Some(ModelKey::new(&label, &located.class.name))
    }

    /// The app in whose package a class stands: the longest package that holds it.
    fn label_of(&self, path: &str) -> Option<Arc<str>> {
        let holds = |app: &&App| path.starts_with(&format!("{}.", app.package));
        self.apps.iter().filter(holds).max_by_key(|app| app.package.len()).map(|app| app.label.clone())
    }

    /// A Meta option of a class: its own Meta's, else that of its abstract bases.
    pub(super) fn meta(&self, path: &str, name: &str) -> Option<Value> {
        let located = self.modules.class(path)?;
        let own = located.body.classes().any(|class| &*class.name == "Meta");
        if own {
            return self.modules.class_member(&format!("{path}.Meta"), name, 0);
        }
        if matches!(name, "abstract" | "proxy") {
            return None;
        }
        self.bases(&located).iter().find_map(|base| match base {
            Value::Ref(base) if self.is_abstract(base) => self.meta(base, name),
            _ => None,
        })
    }

    pub(super) fn flag(&self, path: &str, name: &str) -> Option<bool> {
        self.meta(path, name).and_then(|value| value.bool())
    }

    pub(super) fn is_abstract(&self, path: &str) -> bool {
        // `abstract` itself is never inherited: only the class's own Meta says it.
        let Some(located) = self.modules.class(path) else { return contrib::abstract_model(path).is_some() };
        let Some(meta) = self.own_meta(&located) else { return false };
        let scope = Scope::inside(&meta);
        self.modules.bound(&scope, &meta.body, "abstract", usize::MAX).and_then(|value| value.bool()).unwrap_or(false)
    }

    fn model(&self, located: &Located, state: &State) -> Option<Model> {
        let path = format!("{}.{}", located.module.path, located.class.name);
        if self.is_abstract(&path) {
            return None;
        }
        let key = self.key_of(&path)?;
        let mut gaps = Gaps { partial: located.module.broken, ..Gaps::default() };
        let mut fields = Fields::new();
        self.gather(&path, (&mut fields, &mut gaps), 0);
        gaps.taken = fields.iter().filter(|(_, field)| field.is_none()).map(|(name, _)| name.clone()).collect();
        let proxy = self.own_proxy(located);
        let mut fields: Vec<Rc<Field>> = if proxy { Vec::new() } else { fields.into_iter().filter_map(|(_, field)| field).collect() };
        if !proxy {
            extended::add(self, located, &mut fields);
            self.link_parents(located, &mut fields);
            self.imply_key(&key, &mut fields, state, located);
        }
        if gaps.partial {
            let message = format!("{key}: a base class, or what a field or a decorator adds, is not known, so columns of it may be unseen");
            gaps.open(Diagnostic::new(Code::Unseen, Some(located.class.span), message));
        }
        let mut model = Model {
            app: key.app.clone(),
            name: located.class.name.clone(),
            fields,
            options: Options { proxy, proxy_for: self.stands_for(located).filter(|_| proxy), ..Options::default() },
            span: located.class.span,
            gaps,
        };
        self.options(&path, &mut model);
        let own_name = || self.is_untold(&path, "db_table").then(|| "Meta.db_table".into());
        model.options.named_by = own_name().or_else(|| self.names_table(located, 0)).filter(|_| !proxy);
        Some(model)
    }

    /// The nearest model above a class, which may be a proxy itself.
    fn stands_for(&self, located: &Located) -> Option<ModelKey> {
        self.concrete_parents(located, 0).first().and_then(|parent| self.key_of(parent))
    }

    pub(super) fn own_meta(&self, located: &Located) -> Option<Located> {
        let meta = self.modules.standing(&located.body, "Meta", || Scope::inside(located))?;
        Some(self.modules.located(located.module.clone(), meta))
    }

    fn own_proxy(&self, located: &Located) -> bool {
        let Some(meta) = self.own_meta(located) else { return false };
        let scope = Scope::inside(&meta);
        self.modules.bound(&scope, &meta.body, "proxy", usize::MAX).and_then(|value| value.bool()).unwrap_or(false)
    }

    /// Whether a loop, or what a body binds by names that it makes up, may give the class a field.
    fn may_be_field(&self, located: &Located, bound: &Bound) -> bool {
        let scope = Scope::inside(located);
        match &bound.what {
            Binding::Opaque(_) | Binding::Followed(_) if &*bound.name == ANY_NAME => self.modules.holds(&scope, bound) != Some(false),
            Binding::Followed(_) => matches!(self.modules.bound(&scope, &located.body, &bound.name, usize::MAX), Some(Value::Call(_))),
            _ => false,
        }
    }

    /// The fields of a class and of its abstract bases; what stands nearer to the class wins.
    fn gather(&self, path: &str, (fields, gaps): (&mut Fields, &mut Gaps), depth: u32) {
        let Some(located) = self.modules.class(path) else { return };
        gaps.partial |= self.is_decorated(&located);
        let scope = Scope::inside(&located);
        // What a class that is no model binds is never a field: it hides those of the bases after it, as a method or a class of the
        // name does (django/db/models/base.py, ModelBase.__new__: `inherited_attributes`).
        let plain = self.ancestry(&located, 0) == Ancestry::No;
        for (place, bound) in located.body.all.iter().enumerate() {
            let value = match &bound.what {
                Binding::Value(expr) if !plain => Some(expr),
                _ => None,
            };
            let Some(expr) = value else {
                gaps.partial |= !plain && self.may_be_field(&located, bound);
                let named = matches!(bound.what, Binding::Function(_) | Binding::Class(_) | Binding::Value(_));
                if named && !fields.iter().any(|(name, _)| *name == bound.name) {
                    fields.push((bound.name.clone(), None));
                }
                continue;
            };
            let stands = self.modules.stands(&scope, (&located.body, place));
            if fields.iter().any(|(name, _)| *name == bound.name) || stands == Some(false) {
                continue;
            }
            match self.modules.evaluate(expr, &scope) {
                Value::None if stands.is_none() => gaps.open(untold_field(path, bound, expr.span)),
                Value::None => fields.push((bound.name.clone(), None)),
                value @ Value::Call(_) => match self.modules.any_field(&bound.name, &value) {
                    Some(_) if stands.is_none() => gaps.open(untold_field(path, bound, expr.span)),
                    Some(field) => self.add_field((field, &value), (fields, gaps)),
                    None if self.modules.may_give_field(expr, &value) => gaps.open(untold_field(path, bound, expr.span)),
                    None => {}
                },
                Value::Unknown(span) if may_be_field(expr) => gaps.open(untold_field(path, bound, span)),
                _ => {}
            }
        }
        for base in self.bases(&located) {
            match base {
                Value::Ref(base) if is_model_class(&base) || contrib::model_at(&base).is_some() => {}
                Value::Ref(base) => match (self.modules.class(&base), contrib::abstract_model(&base)) {
                    (Some(_), _) if depth < 20 => {
                        if self.is_abstract(&base) || !self.is_model(&base) {
                            self.gather(&base, (fields, gaps), depth + 1);
                        }
                    }
                    (_, Some(known)) => {
                        for field in known {
                            if !fields.iter().any(|(name, _)| *name == field.name) {
                                let field = Field { span: located.class.span, ..(**field).clone() };
                                fields.push((field.name.clone(), Some(Rc::new(field))));
                            }
                        }
                    }
                    _ => gaps.partial |= !is_plain(&base),
                },
                _ => gaps.partial = true,
            }
        }
    }

    pub(super) fn is_model(&self, path: &str) -> bool {
        self.modules.class(path).is_some_and(|located| self.ancestry(&located, 0) == Ancestry::Model)
    }

    /// Multi-table inheritance: one link to each concrete parent, the first one is the key.
    fn link_parents(&self, located: &Located, fields: &mut Vec<Rc<Field>>) {
        for parent in self.concrete_parents(located, 0) {
            let Some(key) = self.key_of(&parent) else { continue };
            let linked = fields.iter().position(|field| {
                field.shape() == Some(Shape::OneToOne)
                    && field.flag("parent_link")
                    && field.text("to").is_some_and(|to| self.names(to, &parent, &key))
            });
            match linked {
                Some(at) => {
                    let link = fields[at].with("primary_key", Value::Bool(true));
                    fields[at] = Rc::new(link);
                }
                None if fields.iter().any(|field| field.primary_key() && field.shape() == Some(Shape::OneToOne)) => {}
                None => {
                    let name = format!("{}_ptr", key.name);
                    let to = Value::Str(key.to_string().into());
                    let arguments = [("to", to), ("primary_key", Value::Bool(true)), ("parent_link", Value::Bool(true))];
                    fields.insert(0, Rc::new(Field::made(&name, "OneToOneField", &arguments, located.class.span)));
                }
            }
        }
    }

    fn names(&self, to: &str, parent: &str, key: &ModelKey) -> bool {
        let path = to.strip_prefix('@');
        path == Some(parent) || to.to_lowercase() == key.to_string().to_lowercase() || to.to_lowercase() == *key.name
    }

    /// The concrete models from which a class inherits, through abstract ones.
    fn concrete_parents(&self, located: &Located, depth: u32) -> Vec<Arc<str>> {
        let mut parents = Vec::new();
        for base in self.bases(located) {
            let Value::Ref(path) = base else { continue };
            if contrib::model_at(&path).is_some() {
                parents.push(path);
                continue;
            }
            let Some(base) = self.modules.class(&path) else { continue };
            if depth > 20 || self.ancestry(&base, 0) != Ancestry::Model {
                continue;
            }
            if self.is_abstract(&path) || self.own_proxy(&base) {
                parents.extend(self.concrete_parents(&base, depth + 1));
            } else {
                parents.push(path);
            }
        }
        parents
    }

    fn imply_key(&self, key: &ModelKey, fields: &mut Vec<Rc<Field>>, state: &State, located: &Located) {
        let has_key = fields.iter().any(|field| field.primary_key() || field.shape() == Some(Shape::CompositeKey));
        if has_key {
            return;
        }
        if let Some(Value::Call(_) | Value::Unknown(_)) = self.modules.class_member(&super::field::scope_path(located), "id", 0) {
            // What a call makes that cannot be told may be the key.
            let made = Field::made("id", "", &[("primary_key", Value::Bool(true))], located.class.span);
            fields.insert(0, Rc::new(Field { class: "of its key".into(), ..made }));
            return;
        }
        let settings = &state.settings;
        let named = settings.app_auto_fields.get(&key.app).or(settings.auto_field.as_ref());
        let fallback = if self.modules.version.get() >= (6, 0) { "BigAutoField" } else { "AutoField" };
        let class = match named {
            Some(path) => kinds::by_name(last(path)).map_or("", |kind| kind.name),
            None => fallback,
        };
        let id = Field::made("id", class, &[("primary_key", Value::Bool(true))], located.class.span);
        fields.insert(0, Rc::new(id));
    }
}

fn untold_field(path: &str, bound: &Bound, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Unseen, Some(span), format!("{path}.{}: which field this is cannot be told without running it", bound.name))
}
