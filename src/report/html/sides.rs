//! Two texts side by side, line by line.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// One row: a line of either side, or of both.
#[derive(Serialize)]
pub struct Line {
    pub live: Option<String>,
    pub desired: Option<String>,
    /// `same`, or `other` where the row differs.
    pub class: &'static str,
}

/// The rows of two texts; what was taken out stands beside what came in for it.
pub fn lines(live: &str, desired: &str) -> Vec<Line> {
    let mut rows: Vec<Line> = Vec::new();
    // The first row of the current run of changes whose right side is still free.
    let mut free = 0;
    for change in TextDiff::from_lines(live, desired).iter_all_changes() {
        let text = Some(change.value().trim_end_matches('\n').to_string());
        match change.tag() {
            ChangeTag::Equal => {
                rows.push(Line { live: text.clone(), desired: text, class: "same" });
                free = rows.len();
            }
            ChangeTag::Delete => rows.push(Line { live: text, desired: None, class: "other" }),
            ChangeTag::Insert if free < rows.len() => {
                rows[free].desired = text;
                free += 1;
            }
            ChangeTag::Insert => {
                rows.push(Line { live: None, desired: text, class: "other" });
                free = rows.len();
            }
        }
    }
    rows
}
