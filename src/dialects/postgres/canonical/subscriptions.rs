//! Subscriptions: what a dump says of one, without the options that are about making it (manual, CREATE SUBSCRIPTION).

use super::definitions::{opening, unqualified};
use crate::dialects::postgres::analyse::{Catalog, split_types};
use crate::ir::{Attr, Object, Value};

/// Options of the statement that are no property of the subscription, or that no dump shows.
const OF_STATEMENT: &[&str] = &["connect", "copy_data", "create_slot", "enabled"];

/// Options and what they are where nothing is said.
const ASSUMED: &[(&str, &str)] = &[
    ("binary", "false"),
    ("disable_on_error", "false"),
    ("failover", "false"),
    ("origin", "any"),
    ("password_required", "true"),
    ("run_as_owner", "false"),
    ("synchronous_commit", "off"),
    ("two_phase", "off"),
];

/// The connection and the publications as written, and the options that hold, sorted.
pub fn settle(object: &mut Object, catalog: &Catalog) {
    let name = object.key.name;
    let Some(fragment) = object.fragment(Attr::Definition) else { return };
    let (head, mut options) = parted(&fragment.text);
    options.retain(|(key, value)| key != "streaming" || value != catalog.streaming());
    options.retain(|(key, value)| !OF_STATEMENT.contains(&key.as_str()) && !ASSUMED.contains(&(key.as_str(), value.as_str())));
    if !options.iter().any(|(key, _)| key == "slot_name") {
        options.push(("slot_name".to_owned(), name.to_string()));
    }
    options.sort();
    let options: Vec<String> = options.into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let canon = format!("{} with ({})", unqualified(head), options.join(", "));
    if let Some(Value::Sql(fragment)) = object.get_mut(Attr::Definition) {
        fragment.canon = Some(canon.into());
    }
}

/// What stands before WITH, and the options.
fn parted(text: &str) -> (&str, Vec<(String, String)>) {
    let text = text.trim_end();
    let inside = text.strip_suffix(')').and_then(|head| Some((head, opening(head)?)));
    let parted = inside.and_then(|(head, at)| Some((head.get(..at)?, head.get(at + 1..)?)));
    let with = parted.and_then(|(head, list)| {
        let bare = head.trim_end();
        let at = bare.len().checked_sub(4)?;
        bare.get(at..)?.eq_ignore_ascii_case("with").then(|| (bare.get(..at).unwrap_or(""), list))
    });
    let (head, list) = with.unwrap_or((text, ""));
    (head, split_types(list).iter().map(|item| option(item)).collect())
}

/// Whether CREATE SUBSCRIPTION makes a slot on the publisher, which no transaction can take back (manual, CREATE SUBSCRIPTION).
pub fn makes_slot(text: &str) -> bool {
    let unmade = |(key, value): &(String, String)| matches!(key.as_str(), "connect" | "create_slot") && value == "false";
    !parted(text).1.iter().any(unmade)
}

/// Whether DROP SUBSCRIPTION takes a slot of the publisher with it, in no transaction either (manual, DROP SUBSCRIPTION).
pub fn has_slot(text: &str) -> bool {
    !parted(text).1.iter().any(|(key, value)| key == "slot_name" && value == "none")
}

/// An option and its value; one that stands alone holds, and the words for yes and no are one each.
fn option(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap_or((text, "true"));
    let key = key.trim().to_ascii_lowercase();
    let value = value.trim().trim_matches(['\'', '"']);
    let value = if key == "slot_name" && !value.eq_ignore_ascii_case("none") { value.to_owned() } else { value.to_ascii_lowercase() };
    let in_words = if ["streaming", "synchronous_commit", "two_phase"].contains(&key.as_str()) { ["on", "off"] } else { ["true", "false"] };
    let value = match value.as_str() {
        "true" | "on" | "yes" | "1" => in_words[0].to_owned(),
        "false" | "off" | "no" | "0" => in_words[1].to_owned(),
        _ => value,
    };
    (key, value)
}
