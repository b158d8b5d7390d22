//! The indexes and constraints of a model's Meta as SQL.

use std::sync::Arc;

use super::expression::Writer;
use super::flavor::Engine;
use super::names;
use super::state::{Element, Model};
use super::value::{Call, Value};

/// What an element of Meta becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// A constraint of the table: its name and what follows `CONSTRAINT name`.
    Constraint(String, String),
    /// A statement of its own: the index's name and the statement.
    Index(String, String),
    /// The engine's backend makes nothing of it.
    Nothing,
    /// It cannot be told what it is.
    Unknown(String),
}

/// Writes the elements of one model.
pub struct Elements<'a> {
    pub writer: Writer<'a>,
    /// The table, quoted and qualified.
    pub table: String,
}

/// Index classes: access method and the suffix of implied names.
const METHODS: &[(&str, &str, &str)] = &[
    ("Index", "", "idx"),
    ("GinIndex", "gin", "gin"),
    ("GistIndex", "gist", "gist"),
    ("GiSTIndex", "gist", "gist"),
    ("BrinIndex", "brin", "brin"),
    ("HashIndex", "hash", "hash"),
    ("SpGistIndex", "spgist", "spgist"),
    ("BTreeIndex", "btree", "btree"),
    ("BloomIndex", "bloom", "bloom"),
];

/// Storage parameters of PostgreSQL's index classes.
const PARAMETERS: &[&str] =
    &["fillfactor", "fastupdate", "gin_pending_list_limit", "buffering", "pages_per_range", "autosummarize", "deduplicate_items", "length"];

/// The name that an index has where its author gave none.
pub fn implied_index_name(model: &Model, element: &Element, engine: Engine) -> Option<String> {
    let call = element.call()?;
    let (_, _, suffix) = METHODS.iter().find(|row| row.0 == &*element.class)?;
    let fields = call.keyword("fields").or_else(|| call.arguments.first())?.strings()?;
    let columns: Vec<String> = fields
        .iter()
        .map(|field| match field.strip_prefix('-') {
            Some(name) => format!("-{}", model.column_of(name)),
            None => model.column_of(field),
        })
        .collect();
    Some(names::meta_index_name(&model.table(engine), &columns, suffix))
}

/// Whether this is the name of one of Django's index classes.
pub fn is_index(name: &str) -> bool {
    METHODS.iter().any(|row| row.0 == name)
}

/// One element of an index.
struct Piece {
    text: String,
    bare: bool,
}

impl Elements<'_> {
    fn engine(&self) -> Engine {
        self.writer.engine
    }

    fn quote(&self, name: &str) -> String {
        self.engine().quote(name)
    }

    /// An index of Meta.indexes.
    pub fn index(&self, element: &Element) -> Made {
        self.try_index(element).unwrap_or_else(|| Made::Unknown(format!("the index {} cannot be told", shown(element))))
    }

    fn try_index(&self, element: &Element) -> Option<Made> {
        let call = element.call()?;
        let (_, method, _) = METHODS.iter().find(|row| row.0 == &*element.class)?;
        let name = match &element.name {
            Some(name) => name.to_string(),
            None => implied_index_name(self.writer.model, element, self.engine())?,
        };
        let fields = call.keyword("fields").and_then(Value::strings);
        let pieces = match fields.filter(|fields| !fields.is_empty()) {
            Some(fields) => self.columns(&fields, call)?,
            None if self.engine() == Engine::Mariadb => return Some(Made::Nothing),
            None => self.expressions(&call.arguments)?,
        };
        let using = if method.is_empty() { String::new() } else { format!(" USING {method}") };
        let mut sql = format!("CREATE INDEX {} ON {}{using} ({})", self.quote(&name), self.table, joined(&pieces));
        if self.engine() == Engine::Postgres {
            sql += &self.include(call)?;
            sql += &parameters(call);
        }
        sql += &self.predicate(call)?;
        Some(Made::Index(name, sql))
    }

    /// A constraint of Meta.constraints.
    pub fn constraint(&self, element: &Element) -> Made {
        let unknown = || Made::Unknown(format!("the constraint {} cannot be told", shown(element)));
        let (Some(call), Some(name)) = (element.call(), &element.name) else { return unknown() };
        let made = match &*element.class {
            "CheckConstraint" => self.check(call, name),
            "UniqueConstraint" => self.unique(call, name),
            "ExclusionConstraint" => self.exclusion(call, name),
            _ => None,
        };
        made.unwrap_or_else(unknown)
    }

    fn check(&self, call: &Call, name: &str) -> Option<Made> {
        let condition = call.keyword("condition").or_else(|| call.keyword("check"))?;
        let text = self.writer.condition(condition)?;
        Some(Made::Constraint(name.to_string(), format!("CHECK ({text})")))
    }

    fn unique(&self, call: &Call, name: &str) -> Option<Made> {
        let given = |key: &str| call.keyword(key).filter(|value| !matches!(value, Value::None));
        let fields = given("fields").and_then(Value::strings).unwrap_or_default();
        let engine = self.engine();
        let expressions = !call.arguments.is_empty();
        let include = given("include").and_then(Value::items).is_some_and(|items| !items.is_empty());
        let skipped = match engine {
            Engine::Postgres => false,
            Engine::Sqlite => given("deferrable").is_some() || include || given("nulls_distinct").is_some(),
            Engine::Mysql => given("condition").is_some() || given("deferrable").is_some() || include || given("nulls_distinct").is_some(),
            Engine::Mariadb => {
                expressions || given("condition").is_some() || given("deferrable").is_some() || include || given("nulls_distinct").is_some()
            }
        };
        if skipped {
            return Some(Made::Nothing);
        }
        let opclasses = given("opclasses").and_then(Value::items).is_some_and(|items| !items.is_empty());
        if expressions || given("condition").is_some() || include || opclasses {
            let pieces = if expressions { self.expressions(&call.arguments)? } else { self.columns(&fields, call)? };
            let mut sql = format!("CREATE UNIQUE INDEX {} ON {} ({})", self.quote(name), self.table, joined(&pieces));
            if engine == Engine::Postgres {
                sql += &self.include(call)?;
                sql += nulls(call);
            }
            sql += &self.predicate(call)?;
            return Some(Made::Index(name.to_string(), sql));
        }
        let columns: Vec<String> = fields.iter().map(|field| self.quote(&self.writer.model.column_of(field))).collect();
        let text = format!("UNIQUE{} ({}){}", nulls(call), columns.join(", "), deferrable(call)?);
        Some(Made::Constraint(name.to_string(), text))
    }

    fn exclusion(&self, call: &Call, name: &str) -> Option<Made> {
        if self.engine() != Engine::Postgres {
            return Some(Made::Nothing);
        }
        let method = call.keyword("index_type").and_then(Value::str).unwrap_or("GIST");
        let mut elements = Vec::new();
        for pair in call.keyword("expressions")?.items()? {
            let [expression, operator] = pair.items()? else { return None };
            let piece = self.piece(expression)?;
            let text = if piece.bare { piece.text } else { format!("({})", piece.text) };
            elements.push(format!("{text} WITH {}", operator_text(operator)?));
        }
        let predicate = match call.keyword("condition").filter(|value| !matches!(value, Value::None)) {
            Some(condition) => format!(" WHERE ({})", self.writer.condition(condition)?),
            None => String::new(),
        };
        let text = format!("EXCLUDE USING {method} ({}){}{predicate}{}", elements.join(", "), self.include(call)?, deferrable(call)?);
        Some(Made::Constraint(name.to_string(), text))
    }

    /// Columns by field names with directions and operator classes.
    fn columns(&self, fields: &[Arc<str>], call: &Call) -> Option<Vec<String>> {
        let opclasses = call.keyword("opclasses").and_then(Value::strings).unwrap_or_default();
        let one = |(at, field): (usize, &Arc<str>)| {
            let (name, descending) = field.strip_prefix('-').map_or((&**field, false), |name| (name, true));
            let mut text = self.quote(&self.writer.model.column_of(name));
            if let Some(opclass) = opclasses.get(at).filter(|_| self.engine() == Engine::Postgres) {
                text += &format!(" {opclass}");
            }
            text + if descending { " DESC" } else { "" }
        };
        Some(fields.iter().enumerate().map(one).collect())
    }

    fn expressions(&self, arguments: &[Value]) -> Option<Vec<String>> {
        arguments.iter().map(|argument| self.ordered(argument)).collect()
    }

    /// An expression with its direction.
    fn ordered(&self, value: &Value) -> Option<String> {
        if let Value::Call(call) = value {
            match (call.name(), call.arguments.first()) {
                ("OrderBy", _) => {
                    let inner = self.ordered(call.argument(0, "expression")?)?;
                    let down = call.keyword("descending").and_then(Value::bool).unwrap_or(false);
                    return Some(inner + if down { " DESC" } else { "" });
                }
                ("desc", Some(inner)) if call.callee.starts_with('.') => return Some(self.ordered(inner)? + " DESC"),
                ("asc", Some(inner)) if call.callee.starts_with('.') => return self.ordered(inner),
                _ => {}
            }
        }
        let piece = self.piece(value)?;
        Some(if piece.bare { piece.text } else { format!("({})", piece.text) })
    }

    /// An expression; a column stands bare, with its operator class.
    fn piece(&self, value: &Value) -> Option<Piece> {
        match value {
            Value::Call(call) if call.name() == "OpClass" => {
                let inner = self.piece(call.argument(0, "expression")?)?;
                let text = if inner.bare { inner.text } else { format!("({})", inner.text) };
                Some(Piece { text: format!("{text} {}", call.argument(1, "name")?.str()?), bare: true })
            }
            Value::Call(call) if call.name() == "F" => Some(Piece { text: self.writer.expression(value)?, bare: true }),
            Value::Str(name) => match name.strip_prefix('-') {
                Some(name) => Some(Piece { text: self.writer.expression(&Value::Str(name.into()))? + " DESC", bare: true }),
                None => Some(Piece { text: self.writer.expression(value)?, bare: true }),
            },
            _ => Some(Piece { text: self.writer.expression(value)?, bare: false }),
        }
    }

    fn include(&self, call: &Call) -> Option<String> {
        let Some(value) = call.keyword("include") else { return Some(String::new()) };
        let Some(fields) = value.items() else { return matches!(value, Value::None).then(String::new) };
        let columns: Option<Vec<String>> =
            fields.iter().map(|field| Some(self.quote(&self.writer.model.column_of(field.str()?)))).collect();
        let columns = columns?;
        Some(if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", columns.join(", ")) })
    }

    /// `WHERE …`; MySQL's backend makes the index without it.
    fn predicate(&self, call: &Call) -> Option<String> {
        match call.keyword("condition") {
            None | Some(Value::None) => Some(String::new()),
            Some(_) if self.engine().is_mysql() => Some(String::new()),
            Some(condition) => Some(format!(" WHERE {}", self.writer.condition(condition)?)),
        }
    }
}

fn shown(element: &Element) -> String {
    element.name.as_deref().unwrap_or("without a name").to_string()
}

fn joined(pieces: &[String]) -> String {
    pieces.join(", ")
}

fn nulls(call: &Call) -> &'static str {
    match call.keyword("nulls_distinct").and_then(|value| if matches!(value, Value::None) { None } else { value.bool() }) {
        Some(false) => " NULLS NOT DISTINCT",
        _ => "",
    }
}

/// `Deferrable.DEFERRED`; `None` where it cannot be told.
fn deferrable(call: &Call) -> Option<&'static str> {
    match call.keyword("deferrable") {
        None | Some(Value::None) => Some(""),
        Some(Value::Ref(path)) if path.ends_with(".DEFERRED") => Some(" DEFERRABLE INITIALLY DEFERRED"),
        Some(Value::Ref(path)) if path.ends_with(".IMMEDIATE") => Some(" DEFERRABLE INITIALLY IMMEDIATE"),
        Some(Value::Str(text)) if &**text == "deferred" => Some(" DEFERRABLE INITIALLY DEFERRED"),
        Some(Value::Str(text)) if &**text == "immediate" => Some(" DEFERRABLE INITIALLY IMMEDIATE"),
        Some(_) => None,
    }
}

/// Operators of `RangeOperators` by name, else the text.
fn operator_text(value: &Value) -> Option<&str> {
    const RANGE: &[(&str, &str)] = &[
        ("EQUAL", "="),
        ("NOT_EQUAL", "<>"),
        ("CONTAINS", "@>"),
        ("CONTAINED_BY", "<@"),
        ("OVERLAPS", "&&"),
        ("FULLY_LT", "<<"),
        ("FULLY_GT", ">>"),
        ("NOT_LT", "&>"),
        ("NOT_GT", "&<"),
        ("ADJACENT_TO", "-|-"),
    ];
    match value {
        Value::Str(text) => Some(text),
        Value::Ref(path) => RANGE.iter().find(|row| path.ends_with(&format!(".{}", row.0))).map(|row| row.1),
        _ => None,
    }
}

/// `WITH (…)` of an index class, in the order in which Django writes it.
fn parameters(call: &Call) -> String {
    let shown = |value: &Value| match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(if *truth { "on" } else { "off" }.to_string()),
        _ => None,
    };
    let set = PARAMETERS.iter().filter_map(|name| Some(format!("{name} = {}", shown(call.keyword(name)?)?)));
    let set: Vec<String> = set.collect();
    if set.is_empty() { String::new() } else { format!(" WITH ({})", set.join(", ")) }
}
