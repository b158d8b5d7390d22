//! `amend init`: an amend.toml for the repository at hand, every setting in it with its reason.

use std::path::Path;

use super::Status;
use super::arguments::Init;
use super::django;
use super::output::{self, Trouble};
use super::settings::Django;
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

pub fn run(command: &Init) -> Result<Status, Trouble> {
    let path = command.output.as_deref().unwrap_or(Path::new("amend.toml"));
    if path.exists() {
        return Err(Trouble::new(format!("{} is there already", path.display()), "move it away, or write elsewhere with -o FILE"));
    }
    output::write_whole(&text(&found()?), path)?;
    output::say(&format!("{}\n", path.display()));
    Ok(Status::Done)
}

/// What the repository says by itself: settings of the file with their values.
fn found() -> Result<Vec<(&'static str, String)>, Trouble> {
    let mut found = Vec::new();
    if Path::new("manage.py").is_file()
        && let Some(dialect) = django::dialect(".", &Django::default())?
    {
        found.push(("dialect", format!("\"{dialect}\"")));
    }
    Ok(found)
}

fn text(found: &[(&str, String)]) -> String {
    let mut out =
        "# Settings of amend for this repository. An option on the command line comes before what stands here, or is added to it.\n"
            .to_string();
    let mut table = "";
    let names: Vec<&str> = dialects::names().collect();
    let filled = |text: &str| text.replace("{dialects}", &names.join(", ")).replace("{dialect}", names.first().unwrap_or(&""));
    for (of, name, value, what) in SETTINGS {
        if *of != table {
            table = of;
            out += &format!("\n[{of}]\n");
        }
        let line = match found.iter().find(|(known, _)| known == name) {
            Some((_, value)) => format!("{name} = {value}"),
            None => format!("# {name} = {}", filled(value)),
        };
        out += &format!("\n# {}\n{line}\n", filled(what));
    }
    out
}
