//! Advice for people and for programs.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::advise::{Advice, Evidence, Judged, Status, Verdict};
use crate::base::{Diagnostic, Files};

/// The advice as text: what needs a hand first, then the commands.
pub fn text(advices: &[Advice], files: &Files) -> String {
    let mut out = String::new();
    for group in groups(advices) {
        let Some(advice) = group.first() else { continue };
        out += &heading(&group);
        out += &format!("{}\n", summary(advice));
        for (at, judged) in advice.migrations.iter().enumerate().filter(|(_, judged)| judged.verdict != Verdict::Done) {
            out += &format!("\n{:<8} {}: {}\n", judged.verdict.word(), judged.id, judged.meaning());
            for (status, what) in told(judged, files) {
                out += &format!("    {status:<13} {what}\n");
            }
            for note in notes(&group, at) {
                out += &format!("    note: {note}\n");
            }
        }
        out += &closing(&group, ("", "", "  "));
    }
    out
}

/// The advice as Markdown.
pub fn markdown(advices: &[Advice], files: &Files) -> String {
    let mut out = String::new();
    for group in groups(advices) {
        let Some(advice) = group.first() else { continue };
        let title = format!("# Migrations {}", heading(&group).trim());
        out += &format!("{}\n\n{}\n\n| migration | verdict | why |\n|---|---|---|\n", title.trim_end(), summary(advice));
        for (at, judged) in advice.migrations.iter().enumerate() {
            let notes = notes(&group, at).into_iter().map(str::to_string);
            let why: Vec<String> = facts(judged, files).chain(notes).map(|line| line.replace('|', "\\|")).collect();
            out += &format!("| `{}` | {} | {} |\n", judged.id, judged.verdict.word(), why.join("<br>"));
        }
        out += &closing(&group, ("\n```sql\n", "```\n", ""));
    }
    out
}

/// The advice as JSON: one object; where there are several schemas, one for each under `schemas`. docs/advise.schema.json says what
/// each field means.
pub fn json(advices: &[Advice], diagnostics: &[Diagnostic], files: &Files, dialect: &str) -> String {
    let faults: Vec<Json> = diagnostics.iter().map(|fault| super::json::diagnostic(fault, files)).collect();
    let document = match advices {
        [only] => {
            let mut document = one(only, files);
            document["dialect"] = json!(dialect);
            document["diagnostics"] = json!(faults);
            document
        }
        several => json!({
            "dialect": dialect,
            "diagnostics": faults,
            "summary": total(several),
            "schemas": several.iter().map(|advice| one(advice, files)).collect::<Vec<_>>(),
            "commands": several.iter().flat_map(|advice| advice.commands.iter().cloned()).collect::<Vec<_>>(),
            "sql": several.iter().map(|advice| advice.sql.as_str()).filter(|sql| !sql.is_empty()).collect::<Vec<_>>().join("\n"),
        }),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// How many migrations have each verdict, over all schemas.
fn total(advices: &[Advice]) -> BTreeMap<&'static str, usize> {
    advices.iter().flat_map(Advice::summary).fold(BTreeMap::new(), |mut counts, (word, count)| {
        *counts.entry(word).or_default() += count;
        counts
    })
}

fn one(advice: &Advice, files: &Files) -> Json {
    json!({
        "schema": advice.schema,
        "summary": advice.summary(),
        "migrations": advice.migrations.iter().map(|judged| migration(judged, files)).collect::<Vec<_>>(),
        "commands": advice.commands,
        "sql": advice.sql,
        "back": advice.back,
        "notes": advice.notes,
    })
}

fn migration(judged: &Judged, files: &Files) -> Json {
    json!({
        "app": &*judged.id.app,
        "name": &*judged.id.name,
        "verdict": judged.verdict.word(),
        "recorded": judged.recorded,
        "evidence": judged.evidence.iter().map(|one| json!({
            "op": one.op,
            "fact": one.fact,
            "status": one.status.word(),
            "instead": one.instead,
            "model": one.model.map(|span| files.place(span)),
            "live": one.live.map(|span| files.place(span)),
        })).collect::<Vec<_>>(),
        "notes": judged.notes,
        "sql": judged.sql,
        "back": judged.back,
    })
}

/// Schemas in the same state are told once.
fn groups(advices: &[Advice]) -> Vec<Vec<&Advice>> {
    let mut groups: Vec<Vec<&Advice>> = Vec::new();
    for advice in advices {
        match groups.iter_mut().find(|group| group.first().is_some_and(|known| same(known, advice))) {
            Some(group) => group.push(advice),
            None => groups.push(vec![advice]),
        }
    }
    groups
}

fn same(one: &Advice, two: &Advice) -> bool {
    let verdicts = |advice: &Advice| -> Vec<(String, Verdict)> {
        advice.migrations.iter().map(|judged| (judged.id.to_string(), judged.verdict)).collect()
    };
    let public = |advice: &Advice| advice.schema.as_deref() == Some("public");
    let facts = |advice: &Advice| -> Vec<Status> {
        advice.migrations.iter().flat_map(|judged| judged.evidence.iter().map(|one| one.status)).collect()
    };
    public(one) == public(two) && verdicts(one) == verdicts(two) && facts(one) == facts(two)
}

fn heading(group: &[&Advice]) -> String {
    let schemas: Vec<&str> = group.iter().filter_map(|advice| advice.schema.as_deref()).collect();
    match schemas[..] {
        [] => String::new(),
        [only] => format!("\nin {only}\n"),
        [first, ..] => format!("\nin {}: all alike, shown as in {first}\n", schemas.join(", ")),
    }
}

/// The notes on one migration in all schemas of a group: what they ask for and save is in each of them.
fn notes<'a>(group: &[&'a Advice], at: usize) -> Vec<&'a str> {
    let mut notes: Vec<&str> = Vec::new();
    for note in group.iter().filter_map(|advice| advice.migrations.get(at)).flat_map(|judged| &judged.notes) {
        if !notes.contains(&note.as_str()) {
            notes.push(note);
        }
    }
    notes
}

fn summary(advice: &Advice) -> String {
    let total = advice.migrations.len();
    let counts: Vec<String> =
        advice.summary().iter().filter(|(_, count)| **count > 0).map(|(word, count)| format!("{count} {word}")).collect();
    let nothing = advice.migrations.iter().all(|judged| judged.verdict == Verdict::Done);
    if total == 0 {
        return "no migrations: nothing to judge".to_string();
    }
    format!("{total} migration(s): {}{}", counts.join(", "), if nothing { "; nothing to do" } else { "" })
}

/// The evidence that a reader needs and the notes, one line each.
pub fn reasons(judged: &Judged, files: &Files) -> Vec<String> {
    facts(judged, files).chain(judged.notes.iter().cloned()).collect()
}

fn facts(judged: &Judged, files: &Files) -> impl Iterator<Item = String> {
    told(judged, files).into_iter().map(|(status, what)| format!("{status}: {what}"))
}

/// As many facts of one status are told where the evidence is of one mind.
const ENOUGH: usize = 4;

/// The evidence that a reader needs: what is wrong where it is mixed, the first of each status else; and how many are
/// left out, so that a short list never passes for a whole one.
fn told(judged: &Judged, files: &Files) -> Vec<(&'static str, String)> {
    let mixed = matches!(judged.verdict, Verdict::Patch | Verdict::Blocked | Verdict::Missing);
    let mut seen: BTreeMap<Status, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for one in &judged.evidence {
        let count = seen.entry(one.status).or_default();
        *count += 1;
        if if mixed { one.status != Status::Present } else { *count <= ENOUGH } {
            lines.push((one.status.word(), format!("{}{}{}", one.fact, instead(one), places(one, files))));
        }
    }
    for (status, count) in seen {
        match lines.iter().filter(|line| line.0 == status.word()).count() {
            0 => lines.push((status.word(), format!("{count} in all: --format json names them"))),
            some if some < count => lines.push((status.word(), format!("and {} more: --format json names them", count - some))),
            _ => {}
        }
    }
    lines
}

fn instead(one: &Evidence) -> String {
    one.instead.as_ref().map(|said| format!("; live has {said}")).unwrap_or_default()
}

fn places(one: &Evidence, files: &Files) -> String {
    let shown: Vec<String> = [("model", one.model), ("live", one.live)]
        .into_iter()
        .filter_map(|(side, span)| Some(format!("{side} {}", files.place(span?))))
        .collect();
    if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) }
}

/// The SQL, the commands and the notes of a group.
fn closing(group: &[&Advice], (open, close, indent): (&str, &str, &str)) -> String {
    let mut out = String::new();
    for advice in group {
        let whose = advice.schema.as_deref().filter(|_| group.len() > 1).map(|schema| format!(" in {schema}")).unwrap_or_default();
        if !advice.sql.is_empty() {
            out += &format!("\nFirst run{whose}:\n{open}{}{close}", advice.sql);
        }
        if !advice.commands.is_empty() {
            let lines: String = advice.commands.iter().map(|line| format!("{indent}{line}\n")).collect();
            let open = if open.is_empty() { "" } else { "\n```sh\n" };
            out += &format!("\nThen{whose}:\n{open}{lines}{close}");
        }
        if !advice.back.is_empty() {
            out += &format!("\nThe way back of the SQL{whose}:\n{open}{}{close}", advice.back);
        }
        for note in &advice.notes {
            out += &format!("note: {note}\n");
        }
    }
    out
}
