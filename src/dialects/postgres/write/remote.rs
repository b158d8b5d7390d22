//! What stands between a database and others: foreign-data wrappers, servers, user mappings, subscriptions. Their options change in
//! place: what rests on them, such as a mapping with its password, stays.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::Route;
use crate::dialects::postgres::canonical::subscriptions::{self, CONNECTION, assumed};
use crate::ir::{Attr, Kind, Object, Pair, Statement, Value};

use super::ident::{literal, noun, object, quoted};
use super::{Desired, options};

/// The CREATE statement, of which `definition` is the beginning.
pub fn definition(remote: &Object, definition: &str) -> String {
    match remote.key.kind {
        Kind::Server => {
            let version = remote.text(Attr::Version).map(|version| format!(" VERSION {}", literal(version))).unwrap_or_default();
            let wrapper = quoted(remote.text(Attr::Engine).unwrap_or(""));
            format!("{definition}{version} FOREIGN DATA WRAPPER {wrapper}{}", options::foreign_list(remote))
        }
        Kind::ForeignDataWrapper | Kind::UserMapping => format!("{definition}{}", options::foreign_list(remote)),
        Kind::Subscription => {
            let mut options = subscriptions::options(remote);
            let connection = literal(&options.remove(&Name::new(CONNECTION)).unwrap_or_default());
            let with = options::list(&options, None);
            format!("{definition}\n    CONNECTION {connection}\n    PUBLICATION {}\n    WITH ({with})", publications(remote))
        }
        _ => definition.to_owned(),
    }
}

fn publications(subscription: &Object) -> String {
    match subscription.get(Attr::Labels) {
        Some(Value::Labels(publications)) => publications.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

/// The statements that change facts in place.
pub fn alter(attrs: &[Attr], remote: Pair<&Object>, side: Desired) -> Vec<Statement> {
    let head = format!("ALTER {} {}", noun(remote.desired.key.kind), object(remote.desired.key));
    if remote.desired.key.kind == Kind::Subscription {
        return subscription(&head, attrs, remote, side);
    }
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Version) {
        let version = remote.desired.text(Attr::Version).map_or_else(|| "NULL".to_owned(), literal);
        statements.push(Statement::new(format!("{head} VERSION {version}"), format!("{} has another version.", remote.desired.key.name)));
    }
    if let Some(clause) = options::foreign(remote).filter(|_| attrs.contains(&Attr::Options)) {
        statements.push(Statement::new(format!("{head}\n    {clause}"), format!("Options of {}.", remote.desired.key.name)));
    }
    statements
}

fn subscription(head: &str, attrs: &[Attr], remote: Pair<&Object>, side: Desired) -> Vec<Statement> {
    let name = remote.desired.key.name;
    let mut set = changed(remote, side.server.is_some_and(|server| server.since(18, 0, 0)));
    let mut statements = Vec::new();
    if let Some(connection) = set.remove(&Name::new(CONNECTION)) {
        let sql = format!("{head}\n    CONNECTION {}", literal(&connection));
        statements.push(Statement::new(sql, format!("{name} reads from there from now on.")));
    }
    if attrs.contains(&Attr::Labels) {
        let sql = format!("{head}\n    SET PUBLICATION {} WITH (refresh = false)", publications(remote.desired));
        let why = "Tables that come with a publication are copied by ALTER SUBSCRIPTION … REFRESH PUBLICATION, for which the publisher must be there.";
        statements.push(Statement::new(sql, why));
    }
    if !set.is_empty() {
        statements.push(Statement::new(format!("{head}\n    SET ({})", options::list(&set, None)), format!("Options of {name}.")));
    }
    statements
}

/// The options that are to be set: what desired says anew, and what goes back to where nothing is said.
fn changed(remote: Pair<&Object>, parallel: bool) -> BTreeMap<Name, Arc<str>> {
    let (mut set, reset) = options::changes(&options::of(Some(remote.live)), &options::of(Some(remote.desired)));
    set.extend(reset.into_iter().filter_map(|name| Some((name, Arc::from(assumed(name.as_str(), parallel)?)))));
    set
}

/// Options that change only while the subscription is disabled, or never, which no dump tells (manual, ALTER SUBSCRIPTION).
const HELD: &[&str] = &["failover", "two_phase"];

/// How an option of a subscription, or its publications, are brought about. With a slot on the publisher it cannot be made anew without losing its
/// place in the stream of changes.
pub fn route(attr: Attr, remote: Pair<&Object>) -> Route {
    let differs = |name: &str| {
        let of = |side| options::of(Some(side)).get(&Name::new(name)).cloned();
        of(remote.live) != of(remote.desired)
    };
    let loses_slot = differs("slot_name") && !subscriptions::has_slot(remote.desired);
    if attr != Attr::Options || !(loses_slot || HELD.iter().any(|name| differs(name))) {
        return Route::Alter;
    }
    if !subscriptions::has_slot(remote.live) {
        return Route::Replace;
    }
    Route::Refuse(
        "this option changes only while the subscription is disabled, and to drop it would drop its slot on the publisher: what is written \
         until it is made again would be missed: run ALTER SUBSCRIPTION … DISABLE and SET (…) by hand"
            .to_owned(),
    )
}
