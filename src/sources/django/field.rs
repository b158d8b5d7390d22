//! A field of a model: its class reduced to a known kind, its arguments by name.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Scope;
use super::functions::Arguments;
use super::kinds::{self, FieldKind, Shape};
use super::modules::{Located, Modules};
use super::objects;
use super::syntax::{Expr, Node, Parameter, Stmt};
use super::value::{Call, Value};
use crate::base::Span;

/// What a field is in a database.
#[derive(Clone, Debug, PartialEq)]
pub enum Nature {
    Known(&'static FieldKind),
    /// A class that says its column type itself.
    Raw(Arc<str>),
    /// A class that is neither known nor readable.
    Unknown,
}

impl PartialEq for FieldKind {
    fn eq(&self, other: &FieldKind) -> bool {
        self.name == other.name
    }
}

/// A field with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: Arc<str>,
    pub nature: Nature,
    /// The class as it was written, by its path.
    pub class: Arc<str>,
    pub arguments: BTreeMap<Arc<str>, Value>,
    pub span: Span,
    /// It became a text when it had an index already, so that it has none for patterns.
    pub patternless: bool,
}

/// The names of positional arguments, by kind; the rest is of every field.
const POSITIONAL: &[(&str, &[&str])] = &[
    ("ForeignKey", &["to", "on_delete"]),
    ("OneToOneField", &["to", "on_delete"]),
    ("ManyToManyField", &["to"]),
    ("ArrayField", &["base_field", "size"]),
    ("DecimalField", &["verbose_name", "name", "max_digits", "decimal_places"]),
    ("FileField", &["verbose_name", "name", "upload_to"]),
    ("ImageField", &["verbose_name", "name", "width_field"]),
    ("FilePathField", &["verbose_name", "name", "path"]),
    ("DateField", &["verbose_name", "name", "auto_now", "auto_now_add"]),
    ("DateTimeField", &["verbose_name", "name", "auto_now", "auto_now_add"]),
    ("TimeField", &["verbose_name", "name", "auto_now", "auto_now_add"]),
    ("UUIDField", &["verbose_name"]),
    ("JSONField", &["verbose_name", "name"]),
    ("GenericIPAddressField", &["verbose_name", "name", "protocol"]),
    ("GenericForeignKey", &["ct_field", "fk_field"]),
    ("GenericRelation", &["to"]),
];
/// Attributes that a field class may set beside Django's `__init__` in the place of arguments; the last ones are those that
/// `many` asks for.
const SET_LATER: &[&str] =
    &["max_length", "null", "unique", "db_index", "max_digits", "decimal_places", "sorted", "sort_value_field_name", "base_class"];
const USUAL: &[&str] = &["verbose_name", "name", "primary_key", "max_length", "unique", "blank", "null", "db_index", "rel", "default"];

impl Field {
    /// A field of this kind made by us, such as an implied key.
    pub fn made(name: &str, kind: &'static str, arguments: &[(&str, Value)], span: Span) -> Field {
        let nature = kinds::by_name(kind).map_or(Nature::Unknown, Nature::Known);
        let arguments = arguments.iter().map(|(name, value)| (Arc::from(*name), value.clone())).collect();
        Field { name: name.into(), nature, class: format!("django.db.models.{kind}").into(), arguments, span, patternless: false }
    }

    pub fn shape(&self) -> Option<Shape> {
        match &self.nature {
            Nature::Known(kind) => Some(kind.shape),
            Nature::Raw(_) | Nature::Unknown => None,
        }
    }

    pub fn is_relation(&self) -> bool {
        matches!(self.shape(), Some(Shape::ForeignKey | Shape::OneToOne | Shape::ManyToMany))
    }

    /// A foreign key, also a one-to-one one.
    pub fn is_key(&self) -> bool {
        matches!(self.shape(), Some(Shape::ForeignKey | Shape::OneToOne))
    }

    pub fn is_many(&self) -> bool {
        self.shape() == Some(Shape::ManyToMany)
    }

    /// Whether the field has a column of its own.
    pub fn has_column(&self) -> bool {
        !matches!(self.shape(), Some(Shape::ManyToMany | Shape::Virtual | Shape::CompositeKey))
    }

    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    /// A flag; an unknown one is held to be not set, and [`Field::unsure`] says so.
    pub fn flag(&self, name: &str) -> bool {
        self.argument(name).and_then(Value::bool).unwrap_or(false)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.argument(name)?.str()
    }

    /// Whether the value of an argument could not be told.
    pub fn unsure(&self, name: &str) -> bool {
        let plain =
            matches!(name, "max_length" | "max_digits" | "decimal_places" | "null" | "unique" | "primary_key" | "db_index" | "db_column");
        let run = |value: &Value| value.has_unknown() || plain && matches!(value, Value::Call(_) | Value::Ref(_));
        self.argument(name).is_some_and(run) || self.argument("**").is_some() && !self.arguments.contains_key(name)
    }

    pub fn null(&self) -> bool {
        self.flag("null") || matches!(&self.nature, Nature::Known(kind) if kind.name == "NullBooleanField")
    }

    pub fn primary_key(&self) -> bool {
        self.flag("primary_key")
    }

    pub fn unique(&self) -> bool {
        self.flag("unique") || self.primary_key() || self.shape() == Some(Shape::OneToOne)
    }

    pub fn indexed(&self) -> bool {
        let implied = match &self.nature {
            Nature::Known(kind) => kind.indexed || kind.shape == Shape::ForeignKey || kind.shape == Shape::OneToOne,
            Nature::Raw(_) | Nature::Unknown => false,
        };
        self.argument("db_index").and_then(Value::bool).unwrap_or(implied)
    }

    /// The column's name.
    pub fn column(&self) -> String {
        match self.text("db_column") {
            Some(column) => column.to_string(),
            None if self.is_key() => format!("{}_id", self.name),
            None => self.name.to_string(),
        }
    }

    pub fn length(&self) -> Option<i64> {
        // Django writes what it is given into `varchar(%(max_length)s)`, so a text of digits is as good.
        let given = self.argument("max_length").and_then(|length| length.int().or_else(|| length.str()?.parse().ok()));
        given.or(match &self.nature {
            Nature::Known(kind) if kind.length > 0 => Some(kind.length),
            _ => None,
        })
    }

    /// The field with one argument more.
    pub fn with(&self, name: &str, value: Value) -> Field {
        let mut field = self.clone();
        field.arguments.insert(name.into(), value);
        field
    }

    pub fn named(&self, name: &str) -> Field {
        Field { name: name.into(), ..self.clone() }
    }
}

impl Modules<'_> {
    /// The field that a call makes; `None` where the call makes no field at all.
    pub fn field(&self, name: &str, value: &Value) -> Option<Rc<Field>> {
        let Value::Call(call) = value else { return None };
        let resolved = self.field_class(&call.callee, 0)?;
        let positional = match &resolved.nature {
            Nature::Known(kind) => POSITIONAL.iter().find(|row| row.0 == kind.name).map_or(USUAL, |row| row.1),
            Nature::Raw(_) | Nature::Unknown => USUAL,
        };
        let handed = self.handed_on(call);
        let (mut arguments, forced) = if handed.is_some() { Default::default() } else { (resolved.defaults, resolved.forced) };
        let (placed, named) = match handed {
            Some(handed) => (handed.placed, handed.named),
            None => (call.arguments.clone(), call.keywords.clone()),
        };
        if matches!(&resolved.nature, Nature::Known(kind) if kind.shape == Shape::CompositeKey) {
            arguments.insert("columns".into(), Value::List(call.arguments.clone().into()));
        }
        arguments.extend(positional.iter().zip(placed).map(|(name, value)| (Arc::from(*name), value)));
        arguments.extend(named);
        arguments.extend(forced);
        if arguments.get("max_length").is_some_and(Value::has_unknown)
            && let Some(length) = self.computed_length(&call.callee, &arguments)
        {
            arguments.insert("max_length".into(), Value::Int(length));
        }
        let to = arguments.get("to").cloned();
        if let Some(to) = to {
            arguments.insert("to".into(), self.relation_target(to));
        }
        let nature = self.own_type(call, &arguments).unwrap_or(resolved.nature);
        Some(Rc::new(Field { name: name.into(), nature, class: call.callee.clone(), arguments, span: call.span, patternless: false }))
    }

    /// The length that a package computes, where neither the call nor a setting makes it another.
    fn computed_length(&self, class: &str, arguments: &BTreeMap<Arc<str>, Value>) -> Option<i64> {
        let (_, length, unless) = kinds::COMPUTED.iter().find(|row| row.0 == class)?;
        let otherwise = unless.iter().any(|name| arguments.contains_key(*name) || self.settings.borrow().contains_key(*name));
        (!otherwise).then_some(*length)
    }

    /// The arguments that reach Django's own `__init__` through those of the field's classes; `None` where there are none of
    /// them, or they are not followed.
    fn handed_on(&self, call: &Call) -> Option<Arguments> {
        let object = self.made_by_init(call)?;
        let mut handed = objects::handed_to_super(&object)?;
        for name in SET_LATER {
            if let Some(value) = object.keyword(&format!(".{name}")) {
                handed.named.push(((*name).into(), value.clone()));
            }
        }
        Some(handed)
    }

    /// What `db_type` of the field's classes gives for this engine; `None` where none of them has one, or it asks Django's.
    fn own_type(&self, call: &Call, arguments: &BTreeMap<Arc<str>, Value>) -> Option<Nature> {
        let db_type = self.inherited(&call.callee, "db_type", 0)?;
        let object = objects::open(&call.callee, arguments.iter().map(|(name, value)| (name.clone(), value.clone())).collect(), call.span);
        let placed = vec![object, Value::Ref("django.db.connection".into())];
        match self.invoke(&db_type, Arguments { placed, named: Vec::new() }, call.span).map(|done| done.value) {
            Some(Value::Str(text)) => Some(Nature::Raw(text)),
            Some(Value::None) => kinds::by_name("GenericRelation").map(Nature::Known),
            Some(Value::Call(asked)) if &*asked.callee == objects::SUPER_TYPE => None,
            _ => Some(Nature::Unknown),
        }
    }

    /// `to=` as text: a class by its path becomes `@path`, resolved when all models are known.
    fn relation_target(&self, to: Value) -> Value {
        match to {
            Value::Ref(path) => Value::Str(format!("@{path}").into()),
            other => other,
        }
    }

    /// Whether a value counts as true: an object of a field's class does.
    pub(super) fn counts_as(&self, value: &Value) -> Option<bool> {
        let is_field = |call: &Call| self.class(&call.callee).is_some() && self.field_class(&call.callee, 0).is_some();
        value.bool().or_else(|| value.call().filter(|call| is_field(call)).map(|_| true))
    }

    /// What a class of fields is; `None` where it is no field class as far as can be told.
    fn field_class(&self, path: &str, depth: u32) -> Option<FieldClass> {
        if let Some(kind) = kinds::of_django(path) {
            return Some(FieldClass::of(Nature::Known(kind)));
        }
        if path == "django.db.models.Field" || path == "django.db.models.fields.Field" {
            return Some(FieldClass::of(Nature::Unknown));
        }
        if depth > 12 {
            return None;
        }
        if let Some(located) = self.class(path) {
            return self.own_field_class(&located, depth);
        }
        if let Some((kind, length)) = kinds::packaged(path) {
            let mut class = FieldClass::of(Nature::Known(kind));
            if length > 0 {
                class.defaults.insert("max_length".into(), Value::Int(length));
            }
            return Some(class);
        }
        let looks = path.ends_with("Field") || path.ends_with("ForeignKey") || path.ends_with("Key");
        (looks && !path.starts_with('.')).then(|| FieldClass::of(Nature::Unknown))
    }

    fn own_field_class(&self, located: &Located, depth: u32) -> Option<FieldClass> {
        let scope = located.outside();
        let bases = located.class.bases.iter().filter_map(|base| match self.evaluate(base, &scope) {
            Value::Ref(path) => self.field_class(&path, depth + 1),
            _ => None,
        });
        // A mixin that is no field says nothing; the first base that is one decides.
        let mut class = bases.max_by_key(|class| u8::from(matches!(class.nature, Nature::Known(_))))?;
        let inner = Scope::inside(located).with("self".into(), Value::Ref(scope_path(located)));
        for statement in &located.class.body {
            let Stmt::Function(function) = statement else { continue };
            match &*function.name {
                "get_internal_type" => {
                    let named = self.returned(&function.body, &inner);
                    let kind = named.and_then(|name| kinds::by_name(&name));
                    // Only Django's own class makes a table; another that calls itself so brings its own.
                    let poses = kind.is_some_and(|kind| kind.shape == Shape::ManyToMany) && !class.is_many();
                    let kind = if poses { kinds::by_name("GenericRelation") } else { kind };
                    class.nature = kind.map_or(Nature::Unknown, Nature::Known);
                }
                "__init__" => {
                    for parameter in &function.parameters {
                        let Parameter { name, default: Some(default), .. } = parameter else { continue };
                        let value = self.evaluate(default, &inner);
                        let usual = USUAL.contains(&&**name) || matches!(&**name, "max_digits" | "decimal_places");
                        if usual && !matches!(value, Value::None) {
                            class.defaults.insert(name.clone(), value);
                        }
                    }
                    self.initialiser(&function.body, &inner, &mut class);
                }
                _ => {}
            }
        }
        Some(class)
    }

    /// The text that a function always returns.
    fn returned(&self, body: &[Stmt], scope: &Scope) -> Option<Arc<str>> {
        match body {
            [.., Stmt::Return(expr)] if !body.iter().any(|statement| matches!(statement, Stmt::If { .. })) => {
                self.evaluate(expr, scope).str().map(Arc::from)
            }
            _ => None,
        }
    }

    /// What `__init__` does to the arguments before it hands them on.
    fn initialiser(&self, body: &[Stmt], scope: &Scope, class: &mut FieldClass) {
        for statement in body {
            match statement {
                Stmt::Entry { name, key, value, only_if_missing } if matches!(&**name, "kwargs" | "options" | "defaults") => {
                    let (key, value) = (self.evaluate(key, scope), self.evaluate(value, scope));
                    let Some(key) = key.str() else { continue };
                    let place = if *only_if_missing { &mut class.defaults } else { &mut class.forced };
                    place.insert(key.into(), value);
                }
                Stmt::Call(Expr { node: Node::Call(call), .. }) if is_super_init(&call.function) => {
                    for (name, value) in &call.keywords {
                        let Some(name) = name else { continue };
                        let value = self.evaluate(value, scope);
                        // `max_length=max_length` hands on a parameter, whose default is known already.
                        if !value.has_unknown() {
                            class.forced.insert(name.clone(), value);
                        }
                    }
                }
                // A value that is set under a condition may be either; it is overridden where the call says it.
                Stmt::If { then, otherwise, .. } => {
                    let mut maybe = FieldClass::of(Nature::Unknown);
                    self.initialiser(then, scope, &mut maybe);
                    self.initialiser(otherwise, scope, &mut maybe);
                    for (name, value) in maybe.defaults.into_iter().chain(maybe.forced) {
                        class.defaults.entry(name).or_insert(value);
                    }
                }
                _ => {}
            }
        }
    }
}

pub(super) fn scope_path(located: &Located) -> Arc<str> {
    format!("{}.{}", located.module.path, located.class.name).into()
}

fn is_super_init(function: &Expr) -> bool {
    matches!(&function.node, Node::Attribute(_, name) if &**name == "__init__")
}

/// What a field class says beside the call.
struct FieldClass {
    nature: Nature,
    /// Arguments where the call has none.
    defaults: BTreeMap<Arc<str>, Value>,
    /// Arguments that the class sets whatever the call says.
    forced: BTreeMap<Arc<str>, Value>,
}

impl FieldClass {
    fn is_many(&self) -> bool {
        matches!(&self.nature, Nature::Known(kind) if kind.shape == Shape::ManyToMany)
    }

    fn of(nature: Nature) -> FieldClass {
        FieldClass { nature, defaults: BTreeMap::new(), forced: BTreeMap::new() }
    }
}
