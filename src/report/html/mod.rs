//! The plan as one page of HTML that needs no network and no script: the document, filled into a template.

mod drawing;
mod sides;

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, Value};
use serde::Serialize;

use super::document::{Document, Migration, Migrations, Step};
use crate::advise::Verdict;
use crate::ir::HAZARDS;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the template shows: the document, and what stands beside it.
#[derive(Serialize)]
struct Shown<'a> {
    plan: &'a Document,
    line: String,
    groups: Vec<Group<'a>>,
    definitions: Vec<Definition<'a>>,
    drawing: drawing::Drawing,
    migrations: Vec<Open<'a>>,
    /// By the numbers of the statements.
    boundaries: BTreeMap<usize, &'static str>,
    hazards: BTreeMap<&'static str, (&'static str, &'static str)>,
    style: &'static str,
    script: &'static str,
}

/// The migrations of a schema, and those that are not done.
#[derive(Serialize)]
struct Open<'a> {
    of: &'a Migrations,
    counts: String,
    open: Vec<&'a Migration>,
}

#[derive(Serialize)]
struct Group<'a> {
    label: &'a str,
    steps: Vec<&'a Step>,
}

/// An object's definitions line by line.
#[derive(Serialize)]
struct Definition<'a> {
    label: &'a str,
    change: &'a str,
    lines: Vec<sides::Line>,
}

/// Renders the page. A fault of the template itself is shown as such; a test renders it for fixtures of every kind.
pub fn page(document: &Document) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let differing = document.objects.iter().filter(|object| !object.diff.is_empty());
    let shown = Shown {
        plan: document,
        line: document.headline(),
        groups: document.groups().into_iter().map(|(label, steps)| Group { label, steps }).collect(),
        definitions: differing
            .map(|object| Definition { label: &object.label, change: object.change, lines: sides::lines(&object.live, &object.desired) })
            .collect(),
        drawing: drawing::draw(document),
        migrations: document.migrations.iter().map(open).collect(),
        boundaries: document.statements().filter_map(|(_, one)| Some((one.number, one.boundary()?))).collect(),
        hazards: HAZARDS.iter().map(|row| (row.id, (row.title, row.what))).collect(),
        style: STYLE,
        script: SCRIPT,
    };
    let page = environment.render_str(TEMPLATE, Value::from_serialize(&shown));
    page.unwrap_or_else(|fault| format!("<!doctype html><p>The page cannot be made: {fault}</p>\n"))
}

fn open(of: &Migrations) -> Open<'_> {
    Open { of, counts: of.counts(), open: of.migrations.iter().filter(|one| one.verdict != Verdict::Done.word()).collect() }
}
