//! Python values as SQL literals, as Django's backends write them into definitions.

use super::flavor::Engine;
use super::value::{Value, last};

/// A literal of a column's or expression's value; `None` where it would have to be run.
pub fn literal(value: &Value, engine: Engine) -> Option<String> {
    match value {
        Value::None => Some("NULL".to_string()),
        Value::Bool(truth) => Some(match (engine, truth) {
            (Engine::Postgres, true) => "true".to_string(),
            (Engine::Postgres, false) => "false".to_string(),
            (_, truth) => u8::from(*truth).to_string(),
        }),
        Value::Int(number) => Some(number.to_string()),
        Value::Number(text) => Some(text.to_string()),
        Value::Str(text) => Some(engine.literal(text)),
        Value::Bytes(bytes) => Some(bytes_literal(bytes, engine)),
        Value::List(_) | Value::Dict(_) => Some(engine.literal(&json(value)?)),
        Value::Call(call) => match last(&call.callee) {
            "Decimal" => decimal(call.arguments.first()?, engine),
            "timedelta" if call.arguments.is_empty() && call.keywords.is_empty() => Some("0".to_string()),
            "UUID" => uuid(call.argument(0, "hex")?.str()?, engine),
            "Value" => literal(call.argument(0, "value")?, engine),
            _ => None,
        },
        Value::Ref(path) => match &**path {
            // The callables whose value is empty and known.
            "dict" => Some(engine.literal("{}")),
            "list" => Some(engine.literal("[]")),
            _ => None,
        },
        Value::Tuple(_) | Value::Unknown(_) => None,
    }
}

fn decimal(value: &Value, engine: Engine) -> Option<String> {
    let text = match value {
        Value::Str(text) | Value::Number(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        _ => return None,
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    match engine {
        _ if !plain => None,
        Engine::Sqlite => Some(format!("(CAST('{text}' AS NUMERIC))")),
        _ => Some(text),
    }
}

/// A UUID as the engine's column keeps it.
pub fn uuid(text: &str, engine: Engine) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_ascii_hexdigit()).collect();
    if plain.len() != 32 {
        return None;
    }
    let dashed = || {
        let cuts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
        cuts.iter().filter_map(|(from, to)| plain.get(*from..*to)).collect::<Vec<_>>().join("-")
    };
    Some(match engine {
        Engine::Postgres => format!("'{}'::uuid", dashed()),
        _ => format!("'{plain}'"),
    })
}

fn bytes_literal(bytes: &[u8], engine: Engine) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match engine {
        Engine::Postgres => format!("'\\x{hex}'::bytea"),
        Engine::Sqlite => format!("X'{hex}'"),
        Engine::Mysql | Engine::Mariadb => format!("0x{hex}"),
    }
}

/// A value as Python's json module writes it.
pub fn json(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "null".to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Number(text) => text.to_string(),
        Value::Str(text) => serde_json::to_string(&**text).ok()?,
        Value::List(items) | Value::Tuple(items) => format!("[{}]", items.iter().map(json).collect::<Option<Vec<_>>>()?.join(", ")),
        Value::Dict(entries) => {
            let entries = entries.iter().map(|(key, value)| Some(format!("{}: {}", json(key)?, json(value)?)));
            format!("{{{}}}", entries.collect::<Option<Vec<_>>>()?.join(", "))
        }
        _ => return None,
    })
}
