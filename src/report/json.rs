//! The plan and the schema as JSON. The only room that knows serde; shapes are converted by hand at this edge.

use serde_json::{Map, Value as Json, json};

use crate::base::{Diagnostic, Files};
use crate::compile::{Compiled, fingerprint};
use crate::ir::{Canonical, Lock, Object, Schema, Transaction, Value, value::shown};
use crate::plan::Planned;

use super::text::verb;

/// The version of the shapes below; it grows with any change that a reader could notice.
const VERSION: u32 = 1;

/// The plan: summary, steps with statements, and the whole script.
pub fn plan(compiled: &Compiled, files: &Files, dialect: &str) -> String {
    let schema = &compiled.compared.schema;
    let held = compiled.plan.steps.iter().filter(|planned| planned.held).count();
    let document = json!({
        "version": VERSION,
        "dialect": dialect,
        "live": {"fingerprint": fingerprint(&schema.live)},
        "desired": {"fingerprint": fingerprint(&schema.desired)},
        "server": {"version": compiled.server.to_string()},
        "summary": {"steps": compiled.plan.steps.len(), "held": held},
        "steps": compiled.plan.steps.iter().map(|planned| step(planned, &schema.desired, files)).collect::<Vec<_>>(),
        "diagnostics": compiled.diagnostics.iter().map(|fault| diagnostic(fault, files)).collect::<Vec<_>>(),
        "script": compiled.script,
    });
    pretty(&document)
}

fn step(planned: &Planned, desired: &Schema<Canonical>, files: &Files) -> Json {
    let key = planned.step.key;
    let place = desired.get(key).and_then(|object| object.span).map(|span| files.place(span));
    json!({
        "action": verb(&planned.step.action),
        "object": {"kind": key.kind.spec().noun, "namespace": key.namespace.as_str(), "owner": key.owner.as_str(), "name": key.name.as_str()},
        "place": place,
        "held": planned.held,
        "statements": planned.statements.iter().map(|statement| json!({
            "sql": statement.sql,
            "why": statement.why,
            "hazards": statement.hazards.iter().map(|hazard| hazard.id()).collect::<Vec<_>>(),
            "locks": statement.impact.locks.iter().map(lock).collect::<Vec<_>>(),
            "work": statement.impact.work.word(),
            "algorithm": statement.impact.algorithm,
            "transaction": match statement.transaction {
                Transaction::Inside => "inside",
                Transaction::Outside => "outside",
                Transaction::Alone => "alone",
            },
        })).collect::<Vec<_>>(),
    })
}

fn lock(lock: &Lock) -> Json {
    let Lock { relation, level } = lock;
    json!({
        "namespace": relation.namespace.as_str(), "table": relation.name.as_str(), "level": level.name, "stops": level.stops.word(),
    })
}

/// One diagnostic with its place.
pub fn diagnostic(fault: &Diagnostic, files: &Files) -> Json {
    json!({
        "code": fault.code.info().id,
        "severity": format!("{:?}", fault.severity).to_lowercase(),
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

fn pretty(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
