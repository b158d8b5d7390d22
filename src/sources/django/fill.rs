//! The value that existing rows get in a new required column: Django's default where it is known, row by row where
//! one constant for all would be wrong.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::flavor::Engine;
use super::history::{Change, Fill, FillValue, Ground};
use super::literal::literal;
use super::operation::Operation;
use super::state::{ModelKey, State};
use super::value::Value;
use crate::ir::{Attr, Key, Object};

/// Callables whose value differs from row to row: UUIDs.
const PER_ROW: &[&str] = &["uuid.uuid4", "uuid.uuid1"];

/// Callables that give the moment: one for all rows is what Django writes too.
const NOW: &[&str] = &["django.utils.timezone.now", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"];

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
        Some(Fill { column, value: value(field, made, ground.flavor.engine) })
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
fn value(field: &Field, column: &Object, engine: Engine) -> FillValue {
    match usual(field, column, engine) {
        FillValue::Literal(_) if field.unique() => FillValue::Asked,
        value => value,
    }
}

fn usual(field: &Field, column: &Object, engine: Engine) -> FillValue {
    let Nature::Known(kind) = &field.nature else { return FillValue::Asked };
    match field.argument("default") {
        Some(Value::Ref(path)) => {
            if PER_ROW.contains(&&**path) {
                return FillValue::PerRow(uuid(column, engine).to_string());
            }
            if NOW.contains(&&**path) {
                return FillValue::Literal("CURRENT_TIMESTAMP".to_string());
            }
            literal(&Value::Ref(path.clone()), engine).map_or(FillValue::Asked, FillValue::Literal)
        }
        Some(value) if !matches!(value, Value::None) => literal(value, engine).map_or(FillValue::Asked, FillValue::Literal),
        _ if field.flag("auto_now") || field.flag("auto_now_add") => FillValue::Literal("CURRENT_TIMESTAMP".to_string()),
        _ if field.flag("blank") && kind.empty => FillValue::Literal("''".to_string()),
        _ => FillValue::Asked,
    }
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
