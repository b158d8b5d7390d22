//! The value that existing rows get in a new required column: Django's default where it is known, row by row where
//! one constant for all would be wrong.

use super::field::{Field, Nature};
use super::flavor::Engine;
use super::history::FillValue;
use super::literal::literal;
use super::value::Value;

/// Callables whose value differs from row to row, with each engine's own function.
const PER_ROW: &[(&str, &str, &str, &str)] = &[
    ("uuid.uuid4", "gen_random_uuid()", "UUID()", "lower(hex(randomblob(16)))"),
    ("uuid.uuid1", "gen_random_uuid()", "UUID()", "lower(hex(randomblob(16)))"),
];

/// Callables that give the moment: one for all rows is what Django writes too.
const NOW: &[&str] = &["django.utils.timezone.now", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"];

/// What to fill a field's column with.
pub fn value(field: &Field, engine: Engine) -> FillValue {
    let Nature::Known(kind) = &field.nature else { return FillValue::Asked };
    match field.argument("default") {
        Some(Value::Ref(path)) => {
            if let Some(row) = PER_ROW.iter().find(|row| row.0 == &**path) {
                return FillValue::PerRow(per_row(row, engine));
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

fn per_row(row: &(&str, &str, &str, &str), engine: Engine) -> String {
    match engine {
        Engine::Postgres => row.1.to_string(),
        Engine::Mariadb => row.2.to_string(),
        // A UUID is kept as 32 digits there.
        Engine::Mysql => format!("REPLACE({}, '-', '')", row.2),
        Engine::Sqlite => row.3.to_string(),
    }
}
