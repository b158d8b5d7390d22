//! `amend init`: an amend.toml for the repository at hand, every setting in it with its reason.

use std::path::Path;

use super::Status;
use super::arguments::Init;
use super::output::{self, Trouble};
use super::survey::{Survey, survey};
use crate::dialects;

/// The settings, in the order of the file: the table that it stands in, its name, a value to show, what it is for.
const SETTINGS: &[(&str, &str, &str, &str)] = &[
    ("", "dialect", "\"{dialect}\"", "The SQL dialect, where the inputs bear no marks of their own: {dialects}."),
    ("", "server_version", "\"15.4\"", "The version of the server that scripts run on; else the one that the dump names."),
    ("", "online", "false", "Write statements in the forms that keep others from waiting."),
    ("", "allow", "[\"rename\"]", "Hazards that may run. `amend explain` lists them; what loses data is held unless it stands here."),
    ("", "deny", "[\"rewrite\"]", "Hazards for which `amend diff` and `amend check` end with status 1."),
    ("", "manage", "[\"owners\", \"privileges\"]", "Compare these although the desired side does not speak of them."),
    ("", "schema", "[\"public\"]", "Compare only these schemas."),
    ("", "ignore", "[\"audit_*\"]", "Leave objects with these names alone."),
    ("django", "settings", "\"config.settings.production\"", "The project's settings: a file, or a module by its dotted path."),
    ("django", "packages", "[\".venv/lib/python3.12/site-packages\"]", "Folders in which the project's packages lie."),
    ("django", "version", "\"5.2\"", "The version of Django, where the project's requirements do not say it."),
    ("rename", "\"booking.code\"", "\"reference\"", "Objects that were renamed: the old name, and the new one."),
];

/// At most so many places or sources are named.
const SHOWN: usize = 5;

pub fn run(command: &Init) -> Result<Status, Trouble> {
    let path = command.output.as_deref().unwrap_or(Path::new("amend.toml"));
    if path.exists() {
        return Err(Trouble::new(format!("{} is there already", path.display()), "move it away, or write elsewhere with -o FILE"));
    }
    output::write_whole(&text(&survey()?), path)?;
    output::say(&format!("{}\n", path.display()));
    Ok(Status::Done)
}

/// What the repository says by itself of a setting: its value, where one can be told, and why.
fn found(survey: &Survey, name: &str) -> (Option<String>, Vec<String>) {
    match name {
        "dialect" => dialect(survey),
        "settings" => {
            let why = survey.settings.iter().map(|_| "It is the one of production; manage.py names another one.".to_string());
            (survey.settings.as_ref().map(|module| format!("\"{module}\"")), why.collect())
        }
        _ => (None, Vec::new()),
    }
}

/// The only dialect that the repository allows, or what leaves it open.
fn dialect(survey: &Survey) -> (Option<String>, Vec<String>) {
    // One place for each thing that is said.
    let mut kept: Vec<&(String, Vec<&str>)> = Vec::new();
    for one in &survey.evidence {
        if !kept.iter().any(|known| known.1 == one.1) {
            kept.push(one);
        }
    }
    let reasons = kept.iter().map(|(place, left)| format!("{place} ({})", left.join(" or "))).collect::<Vec<_>>().join("; ");
    match survey.dialects().as_slice() {
        _ if kept.is_empty() => (None, Vec::new()),
        [only] => (Some(format!("\"{only}\"")), vec![format!("Told from {reasons}.")]),
        [] => (None, vec![format!("Not told, since these contradict each other: {reasons}.")]),
        several => {
            let open = several.join(" or ");
            (None, vec![format!("It is {open}, by {reasons}: a dump's header says which; name it where there is none.")])
        }
    }
}

/// What there is to compare, as commands to type.
fn commands(survey: &Survey) -> Vec<String> {
    let live = match survey.dumps.as_slice() {
        [only] => only.as_str(),
        _ => "LIVE",
    };
    let projects = survey.projects.iter().map(|folder| format!("django:{folder}"));
    let sources: Vec<String> = projects.chain(survey.schemas.iter().cloned()).collect();
    let mut lines: Vec<String> = sources.iter().take(SHOWN).map(|source| format!("  amend plan {live} {source}")).collect();
    if sources.len() > SHOWN {
        lines.push(format!("  and {} more", sources.len() - SHOWN));
    }
    if !lines.is_empty() {
        let dump = if live == "LIVE" { ", where LIVE is a dump of the database" } else { "" };
        lines.insert(0, format!("Found here{dump}:"));
    }
    lines
}

fn text(survey: &Survey) -> String {
    let mut out =
        "# Settings of amend for this repository. An option on the command line comes before what stands here, or is added to it.\n"
            .to_string();
    commands(survey).iter().for_each(|line| out += &format!("# {line}\n"));
    let mut table = "";
    let names: Vec<&str> = dialects::names().collect();
    let possible = survey.dialects();
    let shown = possible.first().or(names.first()).unwrap_or(&"");
    let filled = |text: &str| text.replace("{dialects}", &names.join(", ")).replace("{dialect}", shown);
    for (of, name, value, what) in SETTINGS {
        if *of != table {
            table = of;
            out += &format!("\n[{of}]\n");
        }
        let (value, why) = match found(survey, name) {
            (Some(value), why) => (format!("{name} = {value}"), why),
            (None, why) => (format!("# {name} = {}", filled(value)), why),
        };
        out += &format!("\n# {}\n", filled(what));
        why.iter().for_each(|line| out += &format!("# {line}\n"));
        out += &format!("{value}\n");
    }
    out
}
