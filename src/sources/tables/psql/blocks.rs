//! A text of psql cut into what it shows: one block for each relation, lists, and the talk in between.

use nom::Parser;

use super::super::grid::{self, Grid};
use super::super::lines::Line;
use super::grammar::{self, Title};
use crate::base::{Code, Diagnostic, Span};
use crate::sources::detect::is_title;
use crate::sources::{Entry, Outcome};

/// A footer: its heading, what stands on the heading's line, and the lines under it.
#[derive(Clone, Debug)]
pub struct Section<'t> {
    pub heading: &'static str,
    pub inline: &'t str,
    pub line: Line<'t>,
    pub lines: Vec<Line<'t>>,
}

/// One relation.
#[derive(Clone, Debug)]
pub struct Block<'t> {
    pub title: Title<'t>,
    pub line: Line<'t>,
    pub grid: Grid,
    pub sections: Vec<Section<'t>>,
    /// The line under an index that says which kind it is and of which table.
    pub summary: Option<Line<'t>>,
}

/// A list of relations, and the command at the prompt above it.
#[derive(Clone, Debug)]
pub struct List<'t> {
    pub grid: Grid,
    pub command: Option<(&'t str, &'t str)>,
}

/// Everything that a text of psql shows.
#[derive(Debug, Default)]
pub struct Cut<'t> {
    pub blocks: Vec<Block<'t>>,
    pub lists: Vec<List<'t>>,
    /// The schemas of which a command at a prompt asked to see everything: `\d app.*`.
    pub complete: Vec<&'t str>,
    pub diagnostics: Vec<Diagnostic>,
    pub ledger: Vec<Entry>,
}

/// The headings of footers (psql's describe.c, versions 9.2 to 18). Longer ones come before their own beginnings.
const HEADINGS: &[&str] = &[
    "Indexes",
    "Check constraints",
    "Foreign-key constraints",
    "Not-null constraints",
    "Referenced by",
    "Policies (forced row security enabled)",
    "Policies (row security enabled)",
    "Policies (row security disabled)",
    "Policies",
    "Statistics objects",
    "Rules firing always",
    "Rules firing on replica only",
    "Disabled rules",
    "Rules",
    "Included in publications",
    "Except publications",
    "Publications",
    "Triggers firing always",
    "Triggers firing on replica only",
    "Disabled user triggers",
    "Disabled internal triggers",
    "Triggers",
    "Inherits",
    "Number of child tables",
    "Child tables",
    "Partition of",
    "Partition key",
    "Partition constraint",
    "No partition constraint",
    "Number of partitions",
    "Partitions",
    "Typed table of type",
    "View definition",
    "Replica Identity",
    "Tablespace",
    "Access method",
    "Options",
    "Has OIDs",
    "Server",
    "FDW options",
    "FDW Options",
    "Owned by",
    "Sequence for identity column",
    "Owning table",
];

/// Lines that a client prints between tables and that say nothing of a schema.
const TALK: &[&str] = &[
    "psql (",
    "Type \"help\"",
    "You are now connected",
    "You are connected",
    "SSL connection",
    "Timing is",
    "Time: ",
    "Expanded display is",
    "Output format is",
    "Border style is",
    "Line style is",
    "Target width is",
    "Pager usage is",
    "Tuples only is",
    "Default footer is",
    "WARNING: psql",
    "WARNING:  psql",
    "         Some psql features",
    "Did not find any relation",
    "Did not find any tables",
    "--More--",
    "(END)",
    "\\",
];

/// Cuts a text.
pub fn cut<'t>(lines: &[Line<'t>]) -> Cut<'t> {
    let mut cut = Cut::default();
    let mut at = 0;
    let mut command = None;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at + 1..).unwrap_or_default();
        at += 1;
        if is_title(line.text.trim()) {
            at += cut.block(*line, rest);
        } else if line.text.trim() == "List of relations" {
            at += cut.list(*line, rest, command);
        } else if !line.is_blank() {
            command = describe(line.text);
            cut.complete.extend(command.and_then(whole_schema));
            cut.talk(*line);
        }
    }
    cut
}

/// The command of a prompt's line.
fn describe(line: &str) -> Option<(&str, &str)> {
    let (_, typed) = grammar::prompt(line).ok()?;
    grammar::describe_command(typed).ok().map(|(_, command)| command)
}

/// `\d app.*` shows every relation of a schema.
fn whole_schema<'t>((letters, pattern): (&'t str, &'t str)) -> Option<&'t str> {
    let namespace = pattern.strip_suffix(".*")?;
    let plain = !namespace.contains(['*', '?', '.', '"', '|']);
    (plain && letters.trim_end_matches('+').is_empty()).then_some(namespace)
}

impl<'t> Cut<'t> {
    fn talk(&mut self, line: Line<'t>) {
        let known = TALK.iter().any(|talk| line.text.starts_with(talk))
            || grammar::prompt(line.text).is_ok()
            || grammar::row_count(line.text.trim()).is_ok();
        if known {
            self.ledger.push(Entry { span: line.span, outcome: Outcome::Ignored("client output") });
        } else {
            self.unknown(line.span, "a line that psql's \\d does not print");
        }
    }

    fn unknown(&mut self, span: Span, what: &str) {
        self.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(span), format!("{what} is not understood")));
        self.ledger.push(Entry { span, outcome: Outcome::Unmodelled });
    }

    fn list(&mut self, line: Line<'t>, rest: &[Line<'t>], command: Option<(&'t str, &'t str)>) -> usize {
        self.ledger.push(Entry { span: line.span, outcome: Outcome::Ignored("list of relations") });
        let Some((grid, taken)) = grid::read(rest) else { return 0 };
        self.lists.push(List { grid, command });
        taken
    }

    /// Reads the relation whose title is `line`; says how many lines it takes.
    fn block(&mut self, line: Line<'t>, rest: &[Line<'t>]) -> usize {
        let Ok((_, title)) = grammar::title.parse(line.text.trim()) else {
            self.unknown(line.span, "a title without a schema");
            return 0;
        };
        let Some((grid, taken)) = grid::read(rest) else {
            let message = format!("the columns of {}.{} cannot be read", title.namespace, title.name);
            let help = "psql's default format (\\pset format aligned) is the surest";
            self.diagnostics.push(Diagnostic::new(Code::Malformed, Some(line.span), message).help(help));
            return 0;
        };
        for span in &grid.broken {
            self.unknown(*span, "a row whose cells cannot be told apart");
        }
        let mut block = Block { title, line, grid, sections: Vec::new(), summary: None };
        let footers = self.footers(&mut block, rest.get(taken..).unwrap_or_default());
        self.blocks.push(block);
        taken + footers
    }

    fn footers(&mut self, block: &mut Block<'t>, lines: &[Line<'t>]) -> usize {
        let mut at = 0;
        while let Some(line) = lines.get(at).filter(|line| !is_over(line)) {
            at += 1;
            if let Some((heading, inline)) = heading(line.text) {
                let mut section = Section { heading, inline, line: *line, lines: Vec::new() };
                if heading == "View definition" {
                    at += query(&mut section, lines.get(at..).unwrap_or_default());
                }
                block.sections.push(section);
            } else if grammar::index_summary(line.text).is_ok() {
                block.summary = Some(*line);
            } else if let Some(section) = block.sections.last_mut().filter(|section| continues(section, line)) {
                section.lines.push(*line);
            } else {
                self.unknown(line.span, "a footer");
            }
        }
        at
    }
}

/// Whether the footers are over: an empty line, another title, or a prompt.
fn is_over(line: &Line<'_>) -> bool {
    line.is_blank() || is_title(line.text.trim()) || line.text.trim() == "List of relations" || grammar::prompt(line.text).is_ok()
}

fn heading(line: &str) -> Option<(&'static str, &str)> {
    HEADINGS.iter().find_map(|heading| {
        let rest = line.strip_prefix(heading)?;
        let inline = if *heading == "No partition constraint" && rest.is_empty() { rest } else { rest.strip_prefix(':')? };
        Some((*heading, inline.trim()))
    })
}

/// Lines under a heading are indented, but expressions and literals may hold line breaks.
fn continues(section: &Section<'_>, line: &Line<'_>) -> bool {
    line.text.starts_with(' ') || section.heading.contains("ules") || section.items().last().is_some_and(|item| is_open(&item.text))
}

/// Whether a parenthesis or a literal is not closed.
fn is_open(text: &str) -> bool {
    let (mut depth, mut quoted) = (0i32, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    quoted || depth > 0
}

/// One entry of a footer, with its line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub text: String,
    pub span: Span,
}

/// How an entry begins: what is not so goes on with the entry above.
fn begins_item(line: &str) -> bool {
    let Some(entry) = line.strip_prefix("    ") else { return false };
    ["\"", "TABLE \"", "POLICY \""].iter().any(|start| entry.starts_with(start)) || grammar::trigger_line(entry).is_ok()
}

impl Section<'_> {
    /// The entries under the heading.
    pub fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for line in &self.lines {
            match items.last_mut().filter(|_| !begins_item(line.text)) {
                Some(item) => {
                    item.text.push('\n');
                    item.text.push_str(line.text);
                    item.span.end = line.span.end;
                }
                None => items.push(Item { text: line.text.trim().to_owned(), span: line.span }),
            }
        }
        items
    }
}

/// Takes the lines of a view's query: up to the semicolon that stands outside of quotes.
fn query<'t>(section: &mut Section<'t>, lines: &[Line<'t>]) -> usize {
    let mut quotes = 0;
    for (number, line) in lines.iter().enumerate() {
        section.lines.push(*line);
        quotes += line.text.matches('\'').count();
        if quotes % 2 == 0 && line.text.trim_end().ends_with(';') {
            return number + 1;
        }
    }
    lines.len()
}

impl<'t> Block<'t> {
    pub fn section(&self, heading: &str) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.heading == heading)
    }

    /// The lines under every section of this heading, with their indentation.
    pub fn lines(&self, heading: &str) -> impl Iterator<Item = &Line<'t>> {
        self.sections.iter().filter(move |section| section.heading == heading).flat_map(|section| &section.lines)
    }

    /// The entries under every section of this heading.
    pub fn items(&self, heading: &str) -> Vec<Item> {
        self.sections.iter().filter(|section| section.heading == heading).flat_map(Section::items).collect()
    }

    /// What stands on the heading's line and under it, as one text.
    pub fn text(&self, heading: &str) -> Option<String> {
        let section = self.section(heading)?;
        let lines = section.lines.iter().map(|line| line.text.trim());
        let all: Vec<&str> = std::iter::once(section.inline).chain(lines).filter(|line| !line.is_empty()).collect();
        Some(all.join(" "))
    }

    /// Whether it is the output of `\d+`, which shows more.
    pub fn is_detailed(&self) -> bool {
        self.grid.column("Storage").is_some()
    }
}
