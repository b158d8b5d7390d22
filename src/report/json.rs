//! The plan and the schema as JSON.

use serde_json::{Map, Value as Json, json};

use crate::base::{Diagnostic, Files};
use crate::compile::fingerprint;
use crate::ir::{Canonical, Object, Schema, Value, value::shown};

use super::document::Document;

/// The version of a schema's shape; it grows with any change that a reader could notice.
const VERSION: u32 = 1;

/// The plan.
pub fn plan(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// One diagnostic with its place.
pub fn diagnostic(fault: &Diagnostic, files: &Files) -> Json {
    json!({
        "code": fault.code.info().id,
        "severity": fault.severity.word(),
        "place": fault.span.map(|span| files.place(span)),
        "message": fault.message,
        "help": fault.help,
    })
}

/// The intermediate representation of a schema.
pub fn schema(schema: &Schema<Canonical>, files: &Files, dialect: &str) -> String {
    let objects: Vec<Json> = schema.iter().map(|one| object(one, files)).collect();
    pretty(&json!({"version": VERSION, "dialect": dialect, "fingerprint": fingerprint(schema), "objects": objects}))
}

fn object(object: &Object, files: &Files) -> Json {
    let mut facts = Map::new();
    for (attr, value) in object.facts() {
        facts.insert(attr.spec().label.to_string(), fact(value));
    }
    let key = object.key;
    json!({
        "kind": key.kind.spec().noun, "namespace": key.namespace.as_str(), "owner": key.owner.as_str(), "name": key.name.as_str(),
        "place": object.span.map(|span| files.place(span)),
        "facts": facts,
    })
}

fn fact(value: &Value) -> Json {
    match value {
        Value::Flag => json!(true),
        Value::Sql(fragment) => json!({"text": fragment.text.as_ref(), "canonical": fragment.compared()}),
        Value::Names(names) => json!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>()),
        Value::Labels(labels) => json!(labels.iter().map(|label| label.as_ref()).collect::<Vec<_>>()),
        Value::Options(options) => {
            options.iter().map(|(name, value)| (name.to_string(), json!(value.as_ref()))).collect::<Map<String, Json>>().into()
        }
        Value::Text(_) | Value::Parts(_) | Value::Key(_) => json!(shown(value)),
    }
}

/// Pretty-printed, with a line end.
pub(super) fn pretty(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
