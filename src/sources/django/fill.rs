//! The value that existing rows get in a new required column: Django's default where it is known, row by row where
//! one constant for all would be wrong.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::flavor::Engine;
use super::history::{Change, Fill, FillValue, Ground};
use super::kinds::{FieldKind, Shape};
use super::literal::{self, json, literal};
use super::operation::Operation;
use super::state::{Model, ModelKey, State};
use super::table::Table;
use super::value::{Call, Value};
use crate::base::{Code, Diagnostic};
use crate::ir::value::Value as IrValue;
use crate::ir::{Attr, Key, Object};

/// Callables whose value differs from row to row: UUIDs.
const PER_ROW: &[&str] = &["uuid.uuid4", "uuid.uuid1"];

/// Callables that give the moment: one for all rows is what Django writes too.
const NOW: &[&str] = &["django.utils.timezone.now", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"];

/// Notes at the columns that are missing in the live table, or may be null there, what the rows that are there get; and says
/// which of them a person must give a value.
pub fn note(model: &Model, table: &Table, objects: &mut [Object], ground: &Ground) -> Vec<Diagnostic> {
    let own = model.table(ground.flavor.engine) == table.name && ground.taste.has_table(&table.name);
    let Some(live) = ground.taste.live.filter(|_| own) else { return Vec::new() };
    let mut asked = Vec::new();
    for field in model.fields.iter().filter(|field| field.has_column() && !field.primary_key()) {
        let key = ground.taste.column(&table.name, &field.column());
        let Some(column) = objects.iter_mut().find(|object| object.key == key) else { continue };
        let given = [Attr::Default, Attr::Generated, Attr::Identity].iter().any(|attr| column.has(*attr));
        let there = live.get(key).is_some_and(|live| live.has(Attr::NotNull));
        if !column.has(Attr::NotNull) || given || there {
            continue;
        }
        match value(field, column, ground) {
            // Rows that a statement changes wait for the deferred check of the key, and the table cannot be altered until then.
            FillValue::Literal(_) if field.is_key() && live.contains(key) => {}
            FillValue::Literal(fill) | FillValue::PerRow(fill) => column.set(Attr::Fill, Some(IrValue::text(fill))),
            FillValue::Asked => {
                let why = if field.argument("default").is_some() { "its default would have to be run" } else { "it has no default" };
                let message = format!("{}.{} is required, and {why}: rows that are there need a value first", table.name, field.column());
                let help = "if the table has rows, put the value into the script, or follow the steps of `amend advise`";
                asked.push(Diagnostic::new(Code::Unfilled, Some(field.span), message).help(help));
            }
        }
    }
    asked
}

/// What existing rows get in each column that an operation makes NOT NULL: also in those of a new model, since its table
/// may stand without them.
pub fn of((app, operation): (&str, &Operation), state: &State, ground: &Ground, changes: &[Change]) -> Vec<Fill> {
    let (model, fields): (&str, &[Rc<Field>]) = match operation {
        Operation::AddField { model, field } | Operation::AlterField { model, field } => (model, std::slice::from_ref(field)),
        Operation::CreateModel(model) => (&model.name, &model.fields),
        _ => return Vec::new(),
    };
    let Some(model) = state.get(&ModelKey::new(app, model)) else { return Vec::new() };
    let table = model.table(ground.flavor.engine);
    let required = fields.iter().filter(|field| field.has_column() && !field.primary_key());
    let fill = |field: &Rc<Field>| {
        let column = ground.taste.column(&table, &field.column());
        let made = becomes_required(column, changes)?;
        Some(Fill { column, value: value(field, made, ground) })
    };
    required.filter_map(fill).collect()
}

/// The column, where a change makes it NOT NULL without a default of the server's own.
fn becomes_required(column: Key, changes: &[Change]) -> Option<&Object> {
    let change = changes.iter().find(|change| change.key == column)?;
    let was = change.before.as_ref().is_some_and(|before| before.has(Attr::NotNull));
    change.after.as_ref().filter(|after| !was && after.has(Attr::NotNull) && !after.has(Attr::Default))
}

/// What to fill a field's column with. One value for all rows is no answer where each must have its own.
fn value(field: &Field, column: &Object, ground: &Ground) -> FillValue {
    match usual(field, column, ground) {
        FillValue::Literal(_) if field.unique() => FillValue::Asked,
        value => value,
    }
}

fn usual(field: &Field, column: &Object, ground: &Ground) -> FillValue {
    let engine = ground.flavor.engine;
    let Nature::Known(kind) = &field.nature else { return FillValue::Asked };
    match field.argument("default") {
        Some(Value::Ref(path)) if PER_ROW.contains(&&**path) && kind.name == "UUIDField" => {
            FillValue::PerRow(uuid(column, engine).to_string())
        }
        Some(Value::Ref(path)) if NOW.contains(&&**path) => moment(kind, ground),
        Some(value) if !matches!(value, Value::None) => known(value, kind, engine).map_or(FillValue::Asked, FillValue::Literal),
        _ if field.flag("auto_now") || field.flag("auto_now_add") => moment(kind, ground),
        _ if field.flag("blank") && kind.empty => FillValue::Literal("''".to_string()),
        _ => FillValue::Asked,
    }
}

/// The moment of the change, as the field keeps moments. MySQL's and MariaDB's columns have no time zone: Django writes UTC
/// into them where USE_TZ is set (Time zones, Concepts), and CURRENT_TIMESTAMP is in the time zone of the session.
fn moment(kind: &FieldKind, ground: &Ground) -> FillValue {
    let zoneless = matches!(ground.flavor.engine, Engine::Mysql | Engine::Mariadb);
    match kind.name {
        "DateTimeField" if zoneless && ground.utc => FillValue::Literal("UTC_TIMESTAMP(6)".to_string()),
        "DateTimeField" => FillValue::Literal("CURRENT_TIMESTAMP".to_string()),
        "DateField" => FillValue::Literal("CURRENT_DATE".to_string()),
        "TimeField" => FillValue::Literal("CURRENT_TIME".to_string()),
        _ => FillValue::Asked,
    }
}

/// A default as the field's `get_db_prep_save` hands it to the database; `None` where that would have to be run.
fn known(value: &Value, kind: &FieldKind, engine: Engine) -> Option<String> {
    let digits = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite) && !text.contains(char::is_alphabetic);
    match (kind.name, value) {
        ("JSONField", Value::Ref(_)) => literal(value, engine),
        ("JSONField", _) => Some(engine.literal(&json(value)?)),
        ("HStoreField", _) => is_empty(value).then(|| "''".to_string()),
        ("ArrayField", _) => is_empty(value).then(|| "'{}'".to_string()),
        ("BooleanField" | "NullBooleanField", Value::Bool(_)) => literal(value, engine),
        ("BooleanField" | "NullBooleanField", Value::Int(0 | 1)) => literal(&Value::Bool(value.bool()?), engine),
        ("DurationField", Value::Call(call)) if call.name() == "timedelta" => duration(call, engine),
        ("DateField", Value::Call(call)) if call.name() == "date" => date(call).map(|text| engine.literal(&text)),
        ("UUIDField", Value::Call(_)) => literal(value, engine),
        ("UUIDField", Value::Str(text)) => literal::uuid(text, engine),
        ("BinaryField", Value::Bytes(_)) => literal(value, engine),
        ("DecimalField", Value::Call(_)) => literal(value, engine),
        _ if is_number(kind) => match value {
            Value::Bool(truth) => Some(u8::from(*truth).to_string()),
            Value::Int(_) | Value::Number(_) => literal(value, engine),
            Value::Str(text) => digits(text).then(|| text.to_string()),
            _ => None,
        },
        _ if is_text(kind) => match value {
            Value::Str(_) => literal(value, engine),
            Value::Int(number) => Some(engine.literal(&number.to_string())),
            _ => None,
        },
        ("ForeignKey", Value::Int(_) | Value::Str(_)) | ("DateField" | "DateTimeField" | "TimeField", Value::Str(_)) => {
            literal(value, engine)
        }
        _ => None,
    }
}

fn is_number(kind: &FieldKind) -> bool {
    kind.name.ends_with("IntegerField") && !kind.name.starts_with("Comma") || matches!(kind.name, "DecimalField" | "FloatField")
}

/// The fields whose values are texts in Python and in the database.
fn is_text(kind: &FieldKind) -> bool {
    let citext = ["CITextField", "CICharField", "CIEmailField"].contains(&kind.name);
    let varchar = matches!(kind.shape, Shape::Column { postgres: "varchar({n})" | "text" | "inet", .. });
    citext || varchar
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(items) | Value::Tuple(items) => items.is_empty(),
        Value::Dict(entries) => entries.is_empty(),
        Value::Ref(path) => matches!(&**path, "list" | "dict"),
        _ => false,
    }
}

/// `date(2020, 1, 31)`.
fn date(call: &Call) -> Option<String> {
    let part = |place: usize, name: &str| call.argument(place, name)?.int();
    Some(format!("{:04}-{:02}-{:02}", part(0, "year")?, part(1, "month")?, part(2, "day")?))
}

/// A span of time: an interval in PostgreSQL, microseconds elsewhere.
fn duration(call: &Call, engine: Engine) -> Option<String> {
    const UNITS: &[(&str, i64)] = &[("weeks", 604_800), ("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];
    let placed = ["days", "seconds"].into_iter().zip(&call.arguments);
    let mut seconds: i64 = 0;
    for (name, value) in placed.chain(call.keywords.iter().map(|(name, value)| (&**name, value))) {
        let (_, unit) = UNITS.iter().find(|(known, _)| *known == name)?;
        seconds = seconds.checked_add(value.int()?.checked_mul(*unit)?)?;
    }
    if call.arguments.len() > 2 {
        return None;
    }
    Some(match engine {
        Engine::Postgres => format!("'{seconds} seconds'"),
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => seconds.checked_mul(1_000_000)?.to_string(),
    })
}

/// A new UUID in the form in which Django keeps it: 32 digits where the column is `char(32)`. MySQL takes `REPLACE(UUID(), …)`
/// for a constant and gives every row the same, so its digits are random bytes.
fn uuid(column: &Object, engine: Engine) -> &'static str {
    let digits = column.text(Attr::Type).is_some_and(|kind| kind.ends_with("(32)"));
    match (engine, digits) {
        (Engine::Postgres, true) => "replace(gen_random_uuid()::text, '-', '')",
        (Engine::Postgres, false) => "gen_random_uuid()",
        (Engine::Mysql, true) => "LOWER(HEX(RANDOM_BYTES(16)))",
        (Engine::Mariadb, true) => "REPLACE(UUID(), '-', '')",
        (Engine::Mysql | Engine::Mariadb, false) => "UUID()",
        (Engine::Sqlite, _) => "lower(hex(randomblob(16)))",
    }
}
