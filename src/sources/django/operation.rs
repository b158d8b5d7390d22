//! The operations of migrations, from the calls in a migration's class.

use std::rc::Rc;
use std::sync::Arc;

use super::field::Field;
use super::meta::together;
use super::modules::Modules;
use super::run_sql::statements;
use super::state::{Element, Gaps, Model, ModelKey, Options};
use super::value::{Call, Value, last};
use crate::base::Span;

/// One operation with its place.
#[derive(Clone, Debug)]
pub struct Step {
    pub operation: Operation,
    pub span: Span,
    /// Where a built-in app's operation stands, which no file of the project shows.
    pub built_in: Option<Arc<str>>,
}

/// What an operation does. Models are named without their app.
#[derive(Clone, Debug)]
pub enum Operation {
    CreateModel(Box<Model>),
    DeleteModel {
        name: Arc<str>,
    },
    RenameModel {
        old: Arc<str>,
        new: Arc<str>,
    },
    AlterModelTable {
        name: Arc<str>,
        table: Option<Arc<str>>,
    },
    AlterModelTableComment {
        name: Arc<str>,
        comment: Option<Arc<str>>,
    },
    AlterUniqueTogether {
        name: Arc<str>,
        sets: Vec<Vec<Arc<str>>>,
    },
    AlterIndexTogether {
        name: Arc<str>,
        sets: Vec<Vec<Arc<str>>>,
    },
    AlterOrderWithRespectTo {
        name: Arc<str>,
        field: Option<Arc<str>>,
    },
    /// Only `managed` among the options matters to a database, and it changes nothing there when it changes.
    AlterModelOptions {
        name: Arc<str>,
        managed: Option<bool>,
    },
    AlterModelManagers {
        name: Arc<str>,
    },
    AddField {
        model: Arc<str>,
        field: Rc<Field>,
    },
    RemoveField {
        model: Arc<str>,
        name: Arc<str>,
    },
    AlterField {
        model: Arc<str>,
        field: Rc<Field>,
    },
    RenameField {
        model: Arc<str>,
        old: Arc<str>,
        new: Arc<str>,
    },
    AddIndex {
        model: Arc<str>,
        element: Rc<Element>,
    },
    RemoveIndex {
        model: Arc<str>,
        name: Arc<str>,
    },
    RenameIndex {
        model: Arc<str>,
        new: Arc<str>,
        old: Option<Arc<str>>,
        fields: Vec<Arc<str>>,
    },
    AddConstraint {
        model: Arc<str>,
        element: Rc<Element>,
    },
    RemoveConstraint {
        model: Arc<str>,
        name: Arc<str>,
    },
    AlterConstraint {
        model: Arc<str>,
        element: Rc<Element>,
    },
    RunSql {
        /// The class that carries it out.
        class: &'static str,
        statements: Vec<Arc<str>>,
        state: Vec<Step>,
    },
    RunPython,
    Separate {
        database: Vec<Step>,
        state: Vec<Step>,
    },
    Extension {
        name: Arc<str>,
    },
    /// No effect that is compared: ValidateConstraint, CreateCollation.
    Unseen {
        class: Arc<str>,
    },
    /// What it does cannot be told: a class of the project, or arguments that would have to be run.
    Opaque {
        class: Arc<str>,
        why: String,
    },
}

impl Operation {
    /// The class's name and what it is about, for evidence.
    pub fn title(&self) -> String {
        match self {
            Operation::CreateModel(model) => format!("CreateModel {}", model.name),
            Operation::DeleteModel { name } => format!("DeleteModel {name}"),
            Operation::RenameModel { old, new } => format!("RenameModel {old} to {new}"),
            Operation::AlterModelTable { name, .. } => format!("AlterModelTable {name}"),
            Operation::AlterModelTableComment { name, .. } => format!("AlterModelTableComment {name}"),
            Operation::AlterUniqueTogether { name, .. } => format!("AlterUniqueTogether {name}"),
            Operation::AlterIndexTogether { name, .. } => format!("AlterIndexTogether {name}"),
            Operation::AlterOrderWithRespectTo { name, .. } => format!("AlterOrderWithRespectTo {name}"),
            Operation::AlterModelOptions { name, .. } => format!("AlterModelOptions {name}"),
            Operation::AlterModelManagers { name } => format!("AlterModelManagers {name}"),
            Operation::AddField { model, field } => format!("AddField {model}.{}", field.name),
            Operation::RemoveField { model, name } => format!("RemoveField {model}.{name}"),
            Operation::AlterField { model, field } => format!("AlterField {model}.{}", field.name),
            Operation::RenameField { model, old, new } => format!("RenameField {model}.{old} to {new}"),
            Operation::AddIndex { model, element } => format!("AddIndex {model}.{}", element.name.as_deref().unwrap_or("")),
            Operation::RemoveIndex { model, name } => format!("RemoveIndex {model}.{name}"),
            Operation::RenameIndex { model, new, .. } => format!("RenameIndex {model}.{new}"),
            Operation::AddConstraint { model, element } => format!("AddConstraint {model}.{}", element.name.as_deref().unwrap_or("")),
            Operation::RemoveConstraint { model, name } => format!("RemoveConstraint {model}.{name}"),
            Operation::AlterConstraint { model, element } => format!("AlterConstraint {model}.{}", element.name.as_deref().unwrap_or("")),
            Operation::RunSql { class, .. } => class.to_string(),
            Operation::RunPython => "RunPython".to_string(),
            Operation::Separate { .. } => "SeparateDatabaseAndState".to_string(),
            Operation::Extension { name } => format!("CreateExtension {name}"),
            Operation::Unseen { class } | Operation::Opaque { class, .. } => class.to_string(),
        }
    }
}

/// Extensions with a class of their own.
const EXTENSIONS: &[(&str, &str)] = &[
    ("BloomExtension", "bloom"),
    ("BtreeGinExtension", "btree_gin"),
    ("BtreeGistExtension", "btree_gist"),
    ("CITextExtension", "citext"),
    ("CryptoExtension", "pgcrypto"),
    ("HStoreExtension", "hstore"),
    ("TrigramExtension", "pg_trgm"),
    ("UnaccentExtension", "unaccent"),
];

/// Arguments of operations in order, by class.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("CreateModel", &["name", "fields", "options", "bases", "managers"]),
    ("DeleteModel", &["name"]),
    ("RenameModel", &["old_name", "new_name"]),
    ("AlterModelTable", &["name", "table"]),
    ("AlterModelTableComment", &["name", "table_comment"]),
    ("AlterUniqueTogether", &["name", "unique_together"]),
    ("AlterIndexTogether", &["name", "index_together"]),
    ("AlterOrderWithRespectTo", &["name", "order_with_respect_to"]),
    ("AlterModelOptions", &["name", "options"]),
    ("AlterModelManagers", &["name", "managers"]),
    ("AddField", &["model_name", "name", "field", "preserve_default"]),
    ("RemoveField", &["model_name", "name"]),
    ("AlterField", &["model_name", "name", "field", "preserve_default"]),
    ("RenameField", &["model_name", "old_name", "new_name"]),
    ("AddIndex", &["model_name", "index"]),
    ("RemoveIndex", &["model_name", "name"]),
    ("RenameIndex", &["model_name", "new_name", "old_name", "old_fields"]),
    ("AddConstraint", &["model_name", "constraint"]),
    ("RemoveConstraint", &["model_name", "name"]),
    ("AlterConstraint", &["model_name", "name", "constraint"]),
    ("RunSQL", &["sql", "reverse_sql", "state_operations"]),
    ("RunPython", &["code"]),
    ("SeparateDatabaseAndState", &["database_operations", "state_operations"]),
    ("AddIndexConcurrently", &["model_name", "index"]),
    ("RemoveIndexConcurrently", &["model_name", "name"]),
    ("AddConstraintNotValid", &["model_name", "constraint"]),
    ("CreateExtension", &["name"]),
];

/// A call's arguments by their names.
struct Arguments<'a> {
    call: &'a Call,
    names: &'static [&'static str],
}

impl<'a> Arguments<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        let place = self.names.iter().position(|known| *known == name)?;
        self.call.argument(place, name)
    }

    fn text(&self, name: &str) -> Option<Arc<str>> {
        self.get(name)?.str().map(Arc::from)
    }

    fn element(&self, name: &str) -> Option<Rc<Element>> {
        Element::of(self.get(name)?)
    }
}

impl Modules<'_> {
    /// The operations of a list; what is no call is opaque.
    pub fn steps(&self, app: &str, value: &Value) -> Vec<Step> {
        let Some(items) = value.items() else { return Vec::new() };
        items.iter().flat_map(|item| self.step(app, item)).collect()
    }

    fn step(&self, app: &str, value: &Value) -> Vec<Step> {
        match value {
            Value::Call(call) => {
                vec![Step { operation: self.operation(app, call, &call.callee, 0), span: call.span, built_in: None }]
            }
            Value::Unknown(span) => {
                let operation =
                    Operation::Opaque { class: "operation".into(), why: "which operation it is would have to be run".to_string() };
                vec![Step { operation, span: *span, built_in: None }]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn operation(&self, app: &str, call: &Call, path: &str, depth: u32) -> Operation {
        let class = last(path);
        let known = path.starts_with("django.db.migrations") || path.starts_with("django.contrib.postgres.operations");
        if !known {
            return self.own_operation(app, call, path, depth);
        }
        if let Some((_, extension)) = EXTENSIONS.iter().find(|row| row.0 == class) {
            return Operation::Extension { name: (*extension).into() };
        }
        if matches!(class, "ValidateConstraint" | "CreateCollation" | "RemoveCollation") {
            return Operation::Unseen { class: class.into() };
        }
        let opaque = || Operation::Opaque { class: class.into(), why: "its arguments would have to be run".to_string() };
        let Some((_, names)) = ARGUMENTS.iter().find(|row| row.0 == class) else { return opaque() };
        let arguments = Arguments { call, names };
        self.known_operation(app, class, &arguments).unwrap_or_else(opaque)
    }

    fn known_operation(&self, app: &str, class: &str, of: &Arguments) -> Option<Operation> {
        let name = || of.text("name");
        let model = || of.text("model_name");
        Some(match class {
            "CreateModel" => Operation::CreateModel(Box::new(self.created(app, of)?)),
            "DeleteModel" => Operation::DeleteModel { name: name()? },
            "RenameModel" => Operation::RenameModel { old: of.text("old_name")?, new: of.text("new_name")? },
            "AlterModelTable" => Operation::AlterModelTable { name: name()?, table: of.text("table").filter(|table| !table.is_empty()) },
            "AlterModelTableComment" => Operation::AlterModelTableComment { name: name()?, comment: of.text("table_comment") },
            "AlterUniqueTogether" => Operation::AlterUniqueTogether { name: name()?, sets: together(of.get("unique_together")?)? },
            "AlterIndexTogether" => Operation::AlterIndexTogether { name: name()?, sets: together(of.get("index_together")?)? },
            "AlterOrderWithRespectTo" => Operation::AlterOrderWithRespectTo { name: name()?, field: of.text("order_with_respect_to") },
            "AlterModelOptions" => {
                let managed = of.get("options").and_then(|options| options.entry("managed")).and_then(Value::bool);
                Operation::AlterModelOptions { name: name()?, managed }
            }
            "AlterModelManagers" => Operation::AlterModelManagers { name: name()? },
            "AddField" => Operation::AddField { model: model()?, field: self.any_field(&name()?, of.get("field")?)? },
            "AlterField" => Operation::AlterField { model: model()?, field: self.any_field(&name()?, of.get("field")?)? },
            "RemoveField" => Operation::RemoveField { model: model()?, name: name()? },
            "RenameField" => Operation::RenameField { model: model()?, old: of.text("old_name")?, new: of.text("new_name")? },
            "AddIndex" | "AddIndexConcurrently" => Operation::AddIndex { model: model()?, element: of.element("index")? },
            "RemoveIndex" | "RemoveIndexConcurrently" => Operation::RemoveIndex { model: model()?, name: name()? },
            "RenameIndex" => {
                let fields = of.get("old_fields").and_then(Value::strings).unwrap_or_default();
                Operation::RenameIndex { model: model()?, new: of.text("new_name")?, old: of.text("old_name"), fields }
            }
            "AddConstraint" | "AddConstraintNotValid" => Operation::AddConstraint { model: model()?, element: of.element("constraint")? },
            "RemoveConstraint" => Operation::RemoveConstraint { model: model()?, name: name()? },
            "AlterConstraint" => Operation::AlterConstraint { model: model()?, element: of.element("constraint")? },
            "RunSQL" => {
                let state = of.get("state_operations").map(|value| self.steps(app, value)).unwrap_or_default();
                Operation::RunSql { class: "RunSQL", statements: statements(of.get("sql")?)?, state }
            }
            "RunPython" if self.does_nothing(of.get("code")?) => {
                Operation::RunSql { class: "RunPython", statements: Vec::new(), state: Vec::new() }
            }
            "RunPython" if self.reaches_schema(of.get("code")?) => match self.executed(of.get("code")?, of.call.span) {
                Some(statements) => Operation::RunSql { class: "RunPython", statements, state: Vec::new() },
                None => Operation::Opaque { class: class.into(), why: "the Python that it runs may change the schema".to_string() },
            },
            "RunPython" => Operation::RunPython,
            "SeparateDatabaseAndState" => {
                let list = |name: &str| of.get(name).map(|value| self.steps(app, value)).unwrap_or_default();
                Operation::Separate { database: list("database_operations"), state: list("state_operations") }
            }
            "CreateExtension" => Operation::Extension { name: name()? },
            _ => return None,
        })
    }

    fn created(&self, app: &str, of: &Arguments) -> Option<Model> {
        let name = of.text("name")?;
        let mut fields = Vec::new();
        let mut partial = false;
        for pair in of.get("fields")?.items()? {
            match pair.items() {
                Some([Value::Str(name), value]) => match self.any_field(name, value) {
                    Some(field) => fields.push(field),
                    None => partial = true,
                },
                _ => partial = true,
            }
        }
        let options = of.get("options").cloned().unwrap_or(Value::Dict(Arc::from([])));
        let parents = of.get("bases").and_then(Value::items).unwrap_or_default();
        let parent = parents.iter().find_map(|base| base.str()?.split_once('.')).map(|(app, name)| ModelKey::new(app, name));
        let options = created_options(&options)?;
        let options = Options { proxy_for: parent.filter(|_| options.proxy), ..options };
        Some(Model { app: app.into(), name, fields, options, span: of.call.span, gaps: Gaps { partial, ..Gaps::default() } })
    }
}

fn created_options(value: &Value) -> Option<Options> {
    let text = |name: &str| value.entry(name).and_then(Value::str).filter(|text| !text.is_empty()).map(Arc::from);
    let flag = |name: &str| value.entry(name).and_then(Value::bool);
    let elements = |name: &str| -> Option<Vec<Rc<Element>>> {
        value.entry(name).map_or(Some(Vec::new()), |list| list.items()?.iter().map(Element::of).collect())
    };
    let sets = |name: &str| value.entry(name).map_or(Some(Vec::new()), together);
    Some(Options {
        conditional: false,
        named_by: None,
        db_table: text("db_table"),
        unmanaged: flag("managed") == Some(false),
        proxy: flag("proxy") == Some(true),
        proxy_for: None,
        swappable: text("swappable"),
        unique_together: sets("unique_together")?,
        index_together: sets("index_together")?,
        indexes: elements("indexes")?,
        constraints: elements("constraints")?,
        order_with_respect_to: text("order_with_respect_to"),
        comment: text("db_table_comment"),
    })
}
