//! What the models are: the state that migrations build step by step, and that model classes say at once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::field::Field;
use super::flavor::Engine;
use super::kinds::Shape;
use super::names;
use super::value::{Call, Value};
use crate::base::{Diagnostic, Span};

/// The options of a model's Meta that a database shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    pub db_table: Option<Arc<str>>,
    pub unmanaged: bool,
    pub proxy: bool,
    /// The model whose table a proxy has.
    pub proxy_for: Option<ModelKey>,
    /// The class, or whether it is managed, stands under a condition that cannot be told: whether it has a table is up to the live side.
    pub conditional: bool,
    /// The metaclass that gives the table its name, which would have to be run.
    pub named_by: Option<Arc<str>>,
    /// The setting that may name another model in this one's place.
    pub swappable: Option<Arc<str>>,
    pub unique_together: Vec<Vec<Arc<str>>>,
    pub index_together: Vec<Vec<Arc<str>>>,
    pub indexes: Vec<Rc<Element>>,
    pub constraints: Vec<Rc<Element>>,
    pub order_with_respect_to: Option<Arc<str>>,
    pub comment: Option<Arc<str>>,
}

/// An index or constraint as it was called.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The class's name: Index, GinIndex, UniqueConstraint …
    pub class: Arc<str>,
    pub name: Option<Arc<str>>,
    pub call: Value,
    pub span: Span,
}

impl Element {
    /// An index or constraint from its call.
    pub fn of(value: &Value) -> Option<Rc<Element>> {
        let call = value.call()?;
        let name = call.keyword("name").and_then(Value::str).map(Arc::from);
        Some(Rc::new(Element { class: call.name().into(), name, call: value.clone(), span: call.span }))
    }

    pub fn call(&self) -> Option<&Arc<Call>> {
        self.call.call()
    }
}

/// One model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub app: Arc<str>,
    /// As written; found by its lower-case form.
    pub name: Arc<str>,
    pub fields: Vec<Rc<Field>>,
    pub options: Options,
    pub span: Span,
    pub gaps: Gaps,
}

/// What of a model its text leaves open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gaps {
    /// Its columns or options could not be read whole: a base or a part of the body is unknown.
    pub partial: bool,
    /// What is to be said of it while it stays so.
    pub notes: Vec<Diagnostic>,
    /// Names that its body gives to what is no field.
    pub taken: Vec<Arc<str>>,
}

impl Gaps {
    /// Notes that something cannot be told.
    pub fn open(&mut self, note: Diagnostic) {
        self.partial = true;
        self.notes.push(note);
    }
}

impl Model {
    pub fn key(&self) -> ModelKey {
        ModelKey::new(&self.app, &self.name)
    }

    /// The table's name.
    pub fn table(&self, engine: Engine) -> String {
        match &self.options.db_table {
            Some(table) => table.trim_matches('"').to_string(),
            None => names::truncated(&format!("{}_{}", self.app, self.name.to_lowercase()), engine.table_length()),
        }
    }

    pub fn field(&self, name: &str) -> Option<&Rc<Field>> {
        self.fields.iter().find(|field| &*field.name == name)
    }

    /// The field that alone is the key.
    pub fn key_field(&self) -> Option<&Rc<Field>> {
        self.fields.iter().find(|field| field.primary_key() && field.shape() != Some(Shape::CompositeKey))
    }

    /// The columns of the key.
    pub fn key_columns(&self) -> Vec<String> {
        let composite = self.fields.iter().find(|field| field.shape() == Some(Shape::CompositeKey));
        match composite.and_then(|field| field.argument("columns")).and_then(Value::strings) {
            Some(names) => names.iter().map(|name| self.column_of(name)).collect(),
            None => self.key_field().map(|field| vec![field.column()]).unwrap_or_default(),
        }
    }

    /// The column behind a field's name, an attribute name, or `pk`.
    pub fn column_of(&self, name: &str) -> String {
        if name == "pk" {
            return self.key_columns().into_iter().next().unwrap_or_else(|| name.to_string());
        }
        let by_attribute = || self.fields.iter().find(|field| field.is_key() && format!("{}_id", field.name) == name);
        self.field(name).or_else(by_attribute).map_or_else(|| name.to_string(), |field| field.column())
    }

    /// Whether an index or constraint names a field that is not there.
    pub fn lacks_fields_of(&self, element: &Element) -> bool {
        let named = element.call.call().and_then(|call| call.keyword("fields")).and_then(Value::strings).unwrap_or_default();
        let ordered = |name: &str| name == "_order" && self.options.order_with_respect_to.is_some();
        let has =
            |name: &str| name == "pk" || ordered(name) || self.fields.iter().any(|field| *field.name == *name || field.column() == name);
        named.iter().any(|name| !has(name.trim_start_matches('-')))
    }

    /// Whether the model has a table that migrations make.
    pub fn has_table(&self) -> bool {
        !self.options.proxy && !self.options.unmanaged
    }
}

/// `app.model`, in lower case where Django compares without case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelKey {
    pub app: Arc<str>,
    pub name: Arc<str>,
}

impl ModelKey {
    pub fn new(app: &str, name: &str) -> ModelKey {
        ModelKey { app: app.into(), name: name.to_lowercase().into() }
    }
}

impl std::fmt::Display for ModelKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}

/// All models, and what of the settings decides about them.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub models: BTreeMap<ModelKey, Rc<Model>>,
    /// Classes by their dotted path, for relations that name a class.
    pub classes: BTreeMap<Arc<str>, ModelKey>,
    /// Apps of which no model is known: a relation to them has an unseen type.
    pub settings: Rc<Settings>,
    /// Apps of which an operation could not be told, so that their models may be other ones.
    pub blind: BTreeSet<Arc<str>>,
}

/// The settings that decide what is created.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub user_model: Option<Arc<str>>,
    /// The class of implied keys: `BigAutoField`; `None` where the version decides.
    pub auto_field: Option<Arc<str>>,
    /// Per app label, of its AppConfig.
    pub app_auto_fields: BTreeMap<Arc<str>, Arc<str>>,
    /// Other swappable models by the name of their setting.
    pub swapped: BTreeMap<Arc<str>, Arc<str>>,
    /// Moments are kept in UTC, whatever the server's time zone is (USE_TZ).
    pub utc: bool,
}

impl State {
    pub fn get(&self, key: &ModelKey) -> Option<&Rc<Model>> {
        self.models.get(key)
    }

    /// The model that a relation of `owner` names.
    pub fn target(&self, owner: &ModelKey, to: &str) -> Option<ModelKey> {
        if to == "self" {
            return Some(owner.clone());
        }
        if let Some(path) = to.strip_prefix('@') {
            return self.classes.get(path).cloned();
        }
        match to.split_once('.') {
            Some((app, name)) => Some(ModelKey::new(app, name)),
            None => Some(ModelKey::new(&owner.app, to)),
        }
    }

    /// The model that has the table of this one: what a proxy stands for (Django's Models page, Proxy models).
    pub fn concrete(&self, key: ModelKey) -> ModelKey {
        let above = |key: &ModelKey| self.get(key)?.options.proxy_for.clone();
        std::iter::successors(Some(key.clone()), above).take(20).last().unwrap_or(key)
    }

    /// The model behind a field's `to`, where it is known.
    pub fn related(&self, owner: &ModelKey, field: &Field) -> Option<&Rc<Model>> {
        let key = self.target(owner, field.text("to")?)?;
        self.get(&key)
    }

    /// Whether a model stands back for another, by a setting.
    pub fn is_swapped(&self, model: &Model) -> bool {
        let Some(setting) = &model.options.swappable else { return false };
        let chosen = match &**setting {
            "AUTH_USER_MODEL" => self.settings.user_model.clone(),
            other => self.settings.swapped.get(other).cloned(),
        };
        chosen.is_some_and(|chosen| chosen.to_lowercase() != model.key().to_string().to_lowercase())
    }
}
