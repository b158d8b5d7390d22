//! The plan as a comment in a pull request: what changes, what is held and why, the hazards, the migrations, the script, the
//! DDL before and after, and what depends on what.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::ir::{HAZARDS, Hazard};

use super::document::{Document, Migrations, Statement, Step};
use super::mermaid;

/// GitHub refuses a comment of more than 65,536 characters; what is cut is said.
const CHARACTERS: usize = 60_000;

/// What the last lines, which say what was cut, may need.
const RESERVE: usize = 500;

/// The share of the summary at least: one of so many parts.
const SUMMARY: usize = 3;

/// So many statements are named in one row.
const NAMED: usize = 20;

/// Renders the plan as Markdown, within [`CHARACTERS`].
pub fn plan(document: &Document) -> String {
    let mut page = Page { out: String::new(), room: CHARACTERS - RESERVE, cut: Vec::new() };
    let mut lists = vec![("held statements", held(document)), ("hazards", hazards(document))];
    lists.extend(document.migrations.iter().map(|one| ("migrations", migrations(one))));
    // Many rows of the summary say less than what is held and what is dangerous: these have their place first.
    let others: usize = lists.iter().map(|(_, list)| list.size()).sum();
    let kept = others.min(page.room - page.room / SUMMARY);
    page.room -= kept;
    page.list("summary", &summary(document));
    page.room += kept;
    for (name, list) in &lists {
        page.list(name, list);
    }
    page.fold("queries", "Rows that would stop it, counted before", ("sql", &beforehand(document)));
    let script = if document.is_empty() { "" } else { &document.script };
    page.fold("script", "The script", ("sql", script));
    let diffs: String = document.objects.iter().map(|object| object.diff.replace("--- live\n+++ desired", &sides(&object.label))).collect();
    page.fold("definitions", "Definitions, before and after", ("diff", &diffs));
    if !document.is_empty() {
        page.fold("graph", "What depends on what", ("mermaid", &mermaid::graph(document)));
    }
    page.done()
}

/// A table or list: what stands once before its rows, the rows, what stands after them.
#[derive(Default)]
struct List {
    head: String,
    rows: Vec<String>,
    tail: String,
}

impl List {
    /// How many characters it takes as a whole.
    fn size(&self) -> usize {
        let rows: usize = self.rows.iter().map(|row| row.chars().count()).sum();
        self.head.chars().count() + rows + self.tail.chars().count()
    }
}

/// What fits, and a line for each thing that does not.
struct Page {
    out: String,
    room: usize,
    cut: Vec<String>,
}

impl Page {
    /// Appends a text if there is room.
    fn fits(&mut self, text: &str) -> bool {
        let size = text.chars().count();
        let fits = size <= self.room;
        if fits {
            self.room -= size;
            self.out.push_str(text);
        }
        fits
    }

    /// As many rows as there is room for.
    fn list(&mut self, name: &str, list: &List) {
        let frame = list.head.chars().count() + list.tail.chars().count();
        if list.head.is_empty() && list.rows.is_empty() {
            return;
        }
        if frame > self.room || !self.fits(&list.head) {
            self.cut.push(format!("the {name}"));
            return;
        }
        self.room -= list.tail.chars().count();
        let shown = list.rows.iter().take_while(|row| self.fits(row)).count();
        self.out.push_str(&list.tail);
        if shown < list.rows.len() {
            self.cut.push(format!("{} of {} rows of the {name}", list.rows.len() - shown, list.rows.len()));
        }
    }

    /// A fold with a block of code, or with the first lines of it that fit.
    fn fold(&mut self, name: &str, title: &str, (language, text): (&str, &str)) {
        let text = text.trim_end();
        if text.is_empty() {
            return;
        }
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        let head = format!("<details><summary>{title}</summary>\n\n{fence}{language}\n");
        let tail = format!("{fence}\n\n</details>\n\n");
        let rows: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
        let list = List { head, rows, tail };
        if list.size() > self.room && language == "mermaid" {
            // Half a graph would be none.
            self.cut.push(format!("the {name}"));
            return;
        }
        self.list(name, &list);
    }

    fn done(mut self) -> String {
        if !self.cut.is_empty() {
            let _ = write!(
                self.out,
                "\n> [!WARNING]\n> Not all is shown, since the comment would be too long. Left out: {}. `amend diff` prints the whole script.\n",
                self.cut.join(", ")
            );
        }
        self.out.trim_end().to_string() + "\n"
    }
}

fn summary(document: &Document) -> List {
    let Document { dialect, server, live, desired, summary, .. } = document;
    let mut head = format!("### amend: {}\n\n", document.headline());
    let _ = writeln!(head, "From {} to {}, for {dialect} {server}.", code(&live.name), code(&desired.name));
    if let Some(worst) = summary.hazards.iter().find(|hazard| Some(hazard.id) == summary.worst) {
        let _ = writeln!(head, "Worst hazard of what runs: **{}** ({}).", worst.id, worst.title);
    }
    for line in &document.not_compared {
        let _ = writeln!(head, "\n_Not compared: {}._", cell(line));
    }
    if document.is_empty() {
        return List { head: head + "\n", ..List::default() };
    }
    head.push_str("\n| | step | object | hazards | from |\n|---|---|---|---|---|\n");
    let row = |step: &Step| {
        let own = step.statements.iter().map(|statement| statement.number);
        let numbers: Vec<String> = own.chain(step.merged_into).map(|number| number.to_string()).collect();
        let ids: BTreeSet<&str> = step.statements.iter().flat_map(|statement| statement.hazards.iter().copied()).collect();
        let hazards: Vec<&str> = HAZARDS.iter().map(|row| row.id).filter(|id| ids.contains(id)).collect();
        let place = step.place.as_ref().map(|place| code(&place.to_string())).unwrap_or_default();
        let held = if step.held { "**held**: " } else { "" };
        let object = format!("{} {}", step.object.kind, code(&step.object.path()));
        format!("| {} | {held}{} | {object} | {} | {place} |\n", numbers.join(", "), step.action, hazards.join(", "))
    };
    List { head, rows: document.steps.iter().map(row).collect(), tail: "\n".to_string() }
}

fn held(document: &Document) -> List {
    let statements: Vec<&Statement> = document.statements().filter(|(step, _)| step.held).map(|(_, statement)| statement).collect();
    if statements.is_empty() {
        return List::default();
    }
    let row = |statement: &&Statement| {
        let why: String = statement.why.lines().map(|line| format!("-- {line}\n")).collect();
        format!("{why}{}\n", statement.sql)
    };
    let rows: Vec<String> = statements.iter().map(row).collect();
    let fence = "`".repeat(rows.iter().map(|row| longest_run(row)).max().unwrap_or(0).max(2) + 1);
    List {
        head: format!("**Held** until `--allow drop` is given, since they lose data or rest on a statement that does:\n\n{fence}sql\n"),
        rows,
        tail: format!("{fence}\n\n"),
    }
}

fn hazards(document: &Document) -> List {
    if document.summary.hazards.is_empty() {
        return List::default();
    }
    let row = |count: &super::document::Count| {
        let all = document.statements().filter(|(_, statement)| statement.hazards.contains(&count.id));
        let mut numbers: Vec<String> = all.map(|(_, statement)| statement.number.to_string()).collect();
        if numbers.len() > NAMED {
            let more = numbers.len() - NAMED;
            numbers.truncate(NAMED);
            numbers.push(format!("and {more} more"));
        }
        let what = Hazard::by_id(count.id).map_or("", |hazard| hazard.spec().what);
        format!("| `{}` | {} | {} | {} |\n", count.id, count.title, what, numbers.join(", "))
    };
    List {
        head: "| hazard | | what happens | statements |\n|---|---|---|---|\n".to_string(),
        rows: document.summary.hazards.iter().map(row).collect(),
        tail: "\n".to_string(),
    }
}

/// The queries of all steps, each with what it counts.
fn beforehand(document: &Document) -> String {
    let mut out = String::new();
    for step in &document.steps {
        for question in &step.beforehand.counts {
            let _ = writeln!(out, "-- {}: {}; must be 0.\n{}", step.object, question.problem, question.sql);
        }
        for line in &step.beforehand.open {
            let _ = writeln!(out, "-- Not counted: {}.", line.replace(['\n', '\r'], " "));
        }
    }
    out
}

fn migrations(migrations: &Migrations) -> List {
    let schema = migrations.schema.as_ref().map(|schema| format!(" in {}", code(schema))).unwrap_or_default();
    let open: Vec<_> = migrations.migrations.iter().filter(|one| one.verdict != "done").collect();
    let table = if open.is_empty() { "" } else { "| migration | verdict | why |\n|---|---|---|\n" };
    let head = format!("**Migrations**{schema}: {}\n\n{table}", migrations.counts());
    let row = |one: &super::document::Migration| {
        let why: Vec<String> = one.why.iter().map(|line| cell(line)).collect();
        format!("| {} | {} | {} |\n", code(&one.name), one.verdict, why.join("<br>"))
    };
    let mut tail = "\n".to_string();
    for (title, language, text) in [("First run", "sql", migrations.sql.trim_end()), ("Then", "sh", &migrations.commands.join("\n"))] {
        if !text.is_empty() {
            let fence = "`".repeat(longest_run(text).max(2) + 1);
            let _ = write!(tail, "{title}:\n\n{fence}{language}\n{text}\n{fence}\n\n");
        }
    }
    for note in &migrations.notes {
        let _ = writeln!(tail, "- {}", cell(note));
    }
    List { head, rows: open.into_iter().map(row).collect(), tail: tail + "\n" }
}

fn sides(label: &str) -> String {
    format!("--- live: {label}\n+++ desired: {label}")
}

/// A text with back-ticks in it is fenced by more of them.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A text as code in a line or a cell of a table.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let space = if text.contains('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|").replace(['\n', '\r'], " "))
}

/// A text as prose in a cell of a table: nothing in it is markup.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' => out.extend(['\\', character]),
            '<' => out.push_str("&lt;"),
            _ => out.push(character),
        }
    }
    out
}
