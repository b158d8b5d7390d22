//! SARIF 2.1.0, which code scanning tools read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value as Json, json};

use crate::base::CODES;
use crate::dialects::hazards;
use crate::ir::{HAZARDS, Hazard};

use super::document::{Document, Place};
use super::findings::{Finding, Level, findings};

/// One run with a rule for each hazard and code that was found.
pub fn log(document: &Document) -> String {
    let found = findings(document);
    let hazards = HAZARDS.iter().map(|row| (row.id, row.title, row.what));
    let codes = CODES.iter().map(|row| (row.id, row.meaning, row.meaning));
    let rules: Vec<(&str, &str, &str)> = hazards.chain(codes).filter(|rule| found.iter().any(|one| one.rule == rule.0)).collect();
    let shown: Vec<Json> = rules.iter().map(|rule| described(rule, document.dialect)).collect();
    let results: Vec<Json> = found.iter().map(|finding| result(finding, rules.iter().position(|rule| rule.0 == finding.rule))).collect();
    super::json::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "amend", "version": env!("CARGO_PKG_VERSION"), "rules": shown}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// A rule, with the safe form and the manual of the engine where it is a hazard.
fn described((id, title, what): &(&str, &str, &str), dialect: &str) -> Json {
    let mut rule = json!({"id": id, "shortDescription": {"text": title}, "fullDescription": {"text": what}});
    let case = Hazard::by_id(id).and_then(|hazard| hazards::of(hazard).find(|case| case.engines.contains(&dialect)));
    if let Some(case) = case {
        rule["help"] = json!({"text": case.safe});
        rule["helpUri"] = json!(case.manual);
    }
    rule
}

fn result(finding: &Finding, rule: Option<usize>) -> Json {
    let level = match finding.level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": finding.message},
        "partialFingerprints": {"amend/v1": finding.fingerprint},
        "locations": finding.place.iter().map(location).collect::<Vec<Json>>(),
    })
}

fn location(place: &Place) -> Json {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&place.file)},
        "region": {"startLine": place.line, "startColumn": place.column},
    }})
}

/// A path as a relative reference: what is not plain is written by its bytes (RFC 3986, section 2.1).
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
