//! The plan as a comment in a pull request: what changes, what is held and why, the script, and the DDL before and after.

use std::fmt::Write;

use crate::compile::Compiled;
use crate::dialects::Dialect;
use crate::ir::{Hazard, Statement};
use crate::plan::Planned;

use super::text::verb;
use super::{mermaid, objects};

/// GitHub refuses a comment of more than 65,536 characters; what is cut is said.
const CHARACTERS: usize = 60_000;

/// Renders the plan as Markdown, within [`CHARACTERS`].
pub fn plan(compiled: &Compiled, dialect: &dyn Dialect) -> String {
    if compiled.plan.is_empty() {
        return "### amend: no difference\n".to_string();
    }
    let mut page = Page { out: String::new(), cut: Vec::new() };
    page.section("summary", &summary(&compiled.plan.steps));
    page.section("held statements", &held(&compiled.plan.steps));
    page.section("hazards", &hazards(&compiled.plan.steps));
    page.section("script", &fold("The script", "sql", &compiled.script));
    page.section("definitions", &fold("Definitions, before and after", "diff", &definitions(compiled, dialect)));
    page.section("graph", &fold("What depends on what", "mermaid", &mermaid::graph(compiled, dialect)));
    page.done()
}

/// Sections that fit, and the names of those that do not.
struct Page {
    out: String,
    cut: Vec<&'static str>,
}

impl Page {
    fn section(&mut self, name: &'static str, text: &str) {
        if self.out.chars().count() + text.chars().count() + 300 > CHARACTERS {
            self.cut.push(name);
        } else {
            self.out.push_str(text);
        }
    }

    fn done(mut self) -> String {
        if !self.cut.is_empty() {
            let _ = writeln!(
                self.out,
                "\n_Left out, since the comment would be too long: {}. Run `amend plan` for the whole._",
                self.cut.join(", ")
            );
        }
        self.out
    }
}

fn summary(steps: &[Planned]) -> String {
    let held = steps.iter().filter(|planned| planned.held).count();
    let mut out = format!("### amend: {} steps, {held} held\n\n| step | object | held |\n|---|---|---|\n", steps.len());
    for planned in steps {
        let mark = if planned.held { "held" } else { "" };
        let _ = writeln!(out, "| {} | {} | {mark} |", verb(&planned.step.action), cell(&planned.step.key.to_string()));
    }
    out.push('\n');
    out
}

fn held(steps: &[Planned]) -> String {
    let statements: Vec<&Statement> = steps.iter().filter(|planned| planned.held).flat_map(|planned| &planned.statements).collect();
    if statements.is_empty() {
        return String::new();
    }
    let sql: String = statements.iter().map(|statement| format!("{};\n", statement.sql)).collect();
    format!("**Held**, since they lose data or rest on a statement that does:\n\n```sql\n{sql}```\n\n")
}

fn hazards(steps: &[Planned]) -> String {
    let mut out = String::new();
    for statement in steps.iter().flat_map(|planned| &planned.statements) {
        let named: Vec<&str> = statement.hazards.iter().map(|hazard: &Hazard| hazard.title()).collect();
        if !named.is_empty() {
            let first = statement.sql.lines().next().unwrap_or("");
            let _ = writeln!(out, "| `{}` | {} |", cell(first), named.join("; "));
        }
    }
    if out.is_empty() { out } else { format!("| statement | hazard |\n|---|---|\n{out}\n") }
}

fn definitions(compiled: &Compiled, dialect: &dyn Dialect) -> String {
    let schema = compiled.compared.schema.as_ref();
    objects::changed(&compiled.plan, schema).into_iter().map(|key| objects::unified(key, schema, dialect)).collect()
}

fn fold(title: &str, language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("<details><summary>{title}</summary>\n\n{fence}{language}\n{}\n{fence}\n\n</details>\n\n", text.trim_end())
}

/// A text with back-ticks in it is fenced by more of them.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
