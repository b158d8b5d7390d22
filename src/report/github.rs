//! Annotations of GitHub Actions: workflow commands that a step prints.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use super::document::Document;
use super::findings::{Level, findings};

/// One line for each finding.
pub fn annotations(document: &Document) -> String {
    let line = |finding: &super::findings::Finding| {
        let command = match finding.level {
            Level::Note => "notice",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let mut properties: Vec<String> = Vec::new();
        if let Some(place) = &finding.place {
            properties.push(format!("file={},line={},col={}", property(&place.file), place.line, place.column));
        }
        properties.push(format!("title={}", property(&format!("amend {}", finding.rule))));
        format!("::{command} {}::{}\n", properties.join(","), data(&finding.message))
    };
    findings(document).iter().map(line).collect()
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
