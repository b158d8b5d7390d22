//! GitLab's code quality report, a subset of Code Climate's.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/>

use serde_json::{Value as Json, json};

use super::document::Document;
use super::findings::{Finding, Level, findings};

/// One entry for each finding. The format asks for a place: where there is none, the desired side is named.
pub fn code_quality(document: &Document) -> String {
    let entries: Vec<Json> = findings(document).iter().map(|finding| entry(finding, document)).collect();
    super::json::pretty(&Json::from(entries))
}

fn entry(finding: &Finding, document: &Document) -> Json {
    let (path, line) = finding.place.as_ref().map_or((document.desired.name.as_str(), 1), |place| (place.file.as_str(), place.line));
    let severity = match finding.level {
        Level::Note => "info",
        Level::Warning => "major",
        Level::Error => "blocker",
    };
    json!({
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": severity,
        "location": {"path": path.strip_prefix("./").unwrap_or(path), "lines": {"begin": line}},
    })
}
