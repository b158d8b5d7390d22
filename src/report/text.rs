//! The plan for a terminal: a summary first, then the statements of each table with reason, place, hazards and locks.

use anstyle::{AnsiColor, Style};
use textwrap::core::Word;
use textwrap::{Options, WordSeparator};

use super::document::{Document, Migrations, Statement, Step};

/// How a terminal shows text.
#[derive(Clone, Copy)]
pub struct Look {
    pub width: usize,
    pub paint: Paint,
}

/// Whether styles are written out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Plain,
    Styled,
}

const HEADING: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const DANGER: Style = AnsiColor::Red.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default();

/// The sign and the style of each action.
const ACTIONS: &[(&str, &str, Style)] = &[
    ("add", "+", AnsiColor::Green.on_default()),
    ("drop", "-", AnsiColor::Red.on_default()),
    ("alter", "~", AnsiColor::Yellow.on_default()),
    ("rename", ">", AnsiColor::Cyan.on_default()),
    ("move", ">", AnsiColor::Cyan.on_default()),
    ("rebuild", "~", AnsiColor::Yellow.on_default()),
];

/// Renders the plan.
pub fn plan(document: &Document, look: Look) -> String {
    let mut page = Page { out: String::new(), look };
    page.head(document);
    for (label, steps) in document.groups() {
        page.names(0, label, HEADING);
        for step in steps {
            page.step(step);
        }
        page.out.push('\n');
    }
    for migrations in &document.migrations {
        page.migrations(migrations);
    }
    page.out
}

/// Queries of more lines than this are named alone.
const SHORT: usize = 3;

struct Page {
    out: String,
    look: Look,
}

impl Page {
    fn head(&mut self, document: &Document) {
        let Document { dialect, server, live, desired, summary, .. } = document;
        self.prose(0, &format!("{dialect} {server}: from {} to {}", live.name, desired.name), FAINT);
        for line in &document.not_compared {
            self.prose(0, &format!("not compared: {line}"), FAINT);
        }
        if document.is_empty() {
            self.line(0, &format!("{}.", document.headline()));
            return;
        }
        self.prose(0, &document.headline(), HEADING);
        if let Some(worst) = summary.hazards.iter().find(|hazard| Some(hazard.id) == summary.worst) {
            self.prose(0, &format!("worst hazard: {} ({}); amend explain {0} says more", worst.id, worst.title), CARE);
        }
        if summary.held > 0 {
            self.prose(0, "held steps lose data or rest on one that does: --allow drop lets them run", DANGER);
        }
        self.out.push('\n');
    }

    fn step(&mut self, step: &Step) {
        let (sign, style) = ACTIONS.iter().find(|row| row.0 == step.action).map_or((" ", Style::new()), |row| (row.1, row.2));
        let title = format!("{sign} {} {}", step.action, step.object);
        let held = if step.held { " (held)" } else { "" };
        let place = step.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let used = 2 + title.chars().count() + held.len();
        let room = self.look.width.saturating_sub(used + place.chars().count());
        let shown = format!("{}{}", self.styled(style, &title), self.styled(DANGER, held));
        if used > self.look.width {
            self.names(2, &format!("{title}{held}"), style);
            self.names(4, &place, FAINT);
        } else if place.is_empty() || room < 2 {
            self.line(2, &shown);
            self.line(4, &self.styled(FAINT, &place));
        } else {
            self.line(2, &format!("{shown}{}{}", " ".repeat(room), self.styled(FAINT, &place)));
        }
        for statement in &step.statements {
            self.statement(statement, step);
        }
        if let Some(number) = step.merged_into {
            self.prose(4, &format!("with statement {number}"), Style::new());
        }
        for question in &step.beforehand.counts {
            let short = question.sql.lines().count() <= SHORT;
            let where_to_find = if short { "" } else { " (--format markdown shows the query)" };
            self.prose(4, &format!("? before, count the {}: 0, or it stops{where_to_find}", question.problem), CARE);
            for line in question.sql.lines().filter(|_| short) {
                self.line(6, &self.styled(FAINT, line));
            }
        }
        for line in &step.beforehand.open {
            self.prose(4, &format!("? not counted: {line}"), CARE);
        }
    }

    fn statement(&mut self, statement: &Statement, step: &Step) {
        self.prose(4, &format!("{}. {}", statement.number, statement.why), Style::new());
        for line in statement.sql.lines() {
            let line = if step.held { self.styled(FAINT, line) } else { line.to_string() };
            self.line(6, &line);
        }
        for id in &statement.hazards {
            let title = crate::ir::Hazard::by_id(id).map_or("", |hazard| hazard.title());
            self.prose(6, &format!("! {id}: {title}"), if *id == "drop" { DANGER } else { CARE });
        }
        for lock in &statement.locks {
            let table = if lock.namespace.is_empty() { lock.table.clone() } else { format!("{}.{}", lock.namespace, lock.table) };
            let kept = lock.kept_until.map(|number| format!(", kept until statement {number} is done")).unwrap_or_default();
            self.prose(6, &format!("locks {table}: {} (stops {}), work: {}{kept}", lock.level, lock.stops, statement.work), FAINT);
        }
        if let Some(words) = statement.boundary() {
            self.prose(6, words, FAINT);
        }
    }

    fn migrations(&mut self, migrations: &Migrations) {
        let schema = migrations.schema.as_ref().map(|schema| format!(" in {schema}")).unwrap_or_default();
        self.line(0, &self.styled(HEADING, &format!("migrations{schema}: {}", migrations.counts())));
        for one in migrations.migrations.iter().filter(|one| one.verdict != "done") {
            self.prose(2, &format!("{:<8} {}: {}", one.verdict, one.name, one.meaning), Style::new());
        }
        for command in &migrations.commands {
            self.line(2, &format!("$ {command}"));
        }
        for note in &migrations.notes {
            self.prose(2, &format!("note: {note}"), CARE);
        }
        self.out.push('\n');
    }

    /// A line of text that is wrapped at the width.
    fn prose(&mut self, indent: usize, text: &str, style: Style) {
        self.wrapped((indent, WordSeparator::new()), text, style);
    }

    /// A line of names that is wrapped after their dots too: a name and its owner are each as long as the engine lets them be.
    fn names(&mut self, indent: usize, text: &str, style: Style) {
        self.wrapped((indent, WordSeparator::Custom(parts)), text, style);
    }

    fn wrapped(&mut self, (indent, separator): (usize, WordSeparator), text: &str, style: Style) {
        let (first, next) = (" ".repeat(indent), " ".repeat(indent + 2));
        let width = self.look.width.max(20);
        let options = Options::new(width).initial_indent(&first).subsequent_indent(&next).break_words(false).word_separator(separator);
        let lines: Vec<String> = textwrap::wrap(text, options).iter().map(|line| line.to_string()).collect();
        for line in lines {
            self.line(0, &self.styled(style, &line));
        }
    }

    /// A line as it is; nothing where there is nothing to say.
    fn line(&mut self, indent: usize, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(text);
            self.out.push('\n');
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match self.look.paint {
            Paint::Styled if !text.is_empty() => format!("{style}{text}{style:#}"),
            _ => text.to_string(),
        }
    }
}

/// What a line of names may be wrapped between.
fn parts(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    Box::new(line.split_inclusive(['.', ' ']).map(Word::from))
}
