//! Subscriptions: what a dump says of one, without the options that are about making it (manual, CREATE SUBSCRIPTION).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::postgres::analyse::Catalog;
use crate::ir::{Attr, Object, Value};

/// Where the connection stands among the options.
pub const CONNECTION: &str = "connection";

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

/// What an option is where nothing is said. A subscription of version 18 streams large transactions in parallel, earlier ones wait
/// for their end.
pub fn assumed(option: &str, parallel: bool) -> Option<&'static str> {
    let streaming = if parallel { "parallel" } else { "off" };
    let known = ASSUMED.iter().find(|(name, _)| *name == option).map(|(_, value)| *value);
    known.or((option == "streaming").then_some(streaming))
}

/// The options that hold, as they are compared. What is executed is the list as written, which `Layout` keeps.
pub fn settle(object: &mut Object, catalog: &Catalog) {
    let Some(Value::Options(written)) = object.get(Attr::Options).cloned() else { return };
    let parallel = catalog.streams_in_parallel();
    let settled = written.iter().map(|(name, value)| option(*name, value));
    let said = |(name, value): &(Name, Arc<str>)| assumed(name.as_str(), parallel) != Some(&**value);
    let options = settled.filter(|row| !OF_STATEMENT.contains(&row.0.as_str()) && said(row)).collect();
    if !object.has(Attr::Layout) {
        object.set(Attr::Layout, Some(Value::Options(written)));
    }
    object.set(Attr::Options, Some(Value::Options(options)));
}

/// Whether CREATE SUBSCRIPTION makes a slot on the publisher, which no transaction can take back (manual, CREATE SUBSCRIPTION).
pub fn makes_slot(subscription: &Object) -> bool {
    let unmade = |name: &str| written(subscription, name).is_some_and(|value| is_off(&value));
    !unmade("connect") && !unmade("create_slot")
}

/// Whether DROP SUBSCRIPTION takes a slot of the publisher with it, in no transaction either (manual, DROP SUBSCRIPTION).
pub fn has_slot(subscription: &Object) -> bool {
    !written(subscription, "slot_name").is_some_and(|value| value.eq_ignore_ascii_case("none"))
}

fn written(subscription: &Object, name: &str) -> Option<Arc<str>> {
    let of = |attr: Attr| match subscription.get(attr) {
        Some(Value::Options(options)) => options.get(&Name::new(name)).cloned(),
        _ => None,
    };
    of(Attr::Layout).or_else(|| of(Attr::Options))
}

/// All options as they were written.
pub fn options(subscription: &Object) -> BTreeMap<Name, Arc<str>> {
    match subscription.get(Attr::Layout).or_else(|| subscription.get(Attr::Options)) {
        Some(Value::Options(options)) => options.clone(),
        _ => BTreeMap::new(),
    }
}

fn is_off(value: &str) -> bool {
    ["false", "off", "no", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// An option and its value, whose words for yes and no are one each.
fn option(name: Name, value: &str) -> (Name, Arc<str>) {
    if name.as_str() == CONNECTION || name.as_str() == "slot_name" && !value.eq_ignore_ascii_case("none") {
        return (name, Arc::from(value));
    }
    let in_words =
        if ["streaming", "synchronous_commit", "two_phase"].contains(&name.as_str()) { ["on", "off"] } else { ["true", "false"] };
    let lower = value.to_ascii_lowercase();
    let value = match lower.as_str() {
        "true" | "on" | "yes" | "1" => in_words[0],
        "false" | "off" | "no" | "0" => in_words[1],
        other => other,
    };
    (name, Arc::from(value))
}
