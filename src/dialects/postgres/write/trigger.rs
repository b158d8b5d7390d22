//! What acts on rows: triggers, rules, policies; and event triggers' states.

use crate::ir::{Attr, Kind, Object, Pair, Statement, Value};

use super::Sides;
use super::ident::{list, quote, relation, role, target};
use super::route::is_made;

/// `CREATE TRIGGER`.
pub fn create(trigger: &Object) -> Vec<Statement> {
    let key = trigger.key;
    let kind = if trigger.has(Attr::ConstraintTrigger) { "CONSTRAINT TRIGGER" } else { "TRIGGER" };
    let mut sql = format!(
        "CREATE {kind} {}\n    {} {} ON {}",
        quote(key.name),
        trigger.text(Attr::Timing).unwrap_or("AFTER").to_uppercase(),
        events(trigger),
        relation(key)
    );
    if let Some(from) = trigger.key_of(Attr::References) {
        sql.push_str(&format!("\n    FROM {}", super::ident::qualified(from.namespace, from.name)));
    }
    if let Some(deferrable) = trigger.text(Attr::Deferrable) {
        sql.push_str(&format!("\n    {}", super::constraint::deferral(deferrable)));
    }
    if let Some(tables) = trigger.text(Attr::Referencing) {
        let word =
            if tables.trim_start().get(..11).is_some_and(|word| word.eq_ignore_ascii_case("referencing")) { "" } else { "REFERENCING " };
        sql.push_str(&format!("\n    {word}{tables}"));
    }
    let row = trigger.has(Attr::ConstraintTrigger) || trigger.text(Attr::Level).is_some_and(|level| level.eq_ignore_ascii_case("row"));
    sql.push_str(if row { "\n    FOR EACH ROW" } else { "\n    FOR EACH STATEMENT" });
    if let Some(condition) = trigger.text(Attr::When) {
        sql.push_str(&format!("\n    WHEN ({})", super::column::bare(condition)));
    }
    sql.push_str(&format!("\n    EXECUTE FUNCTION {}", call(trigger)));
    vec![Statement::new(sql, format!("New trigger {}.", key.name))]
}

/// `INSERT OR UPDATE OF a, b`.
fn events(trigger: &Object) -> String {
    let Some(Value::Labels(events)) = trigger.get(Attr::Events) else { return "INSERT".to_owned() };
    let columns = trigger.names(Attr::Columns);
    let words = events.iter().map(|event| match event.to_uppercase().as_str() {
        "UPDATE" if !columns.is_empty() => format!("UPDATE OF {}", list(columns)),
        word => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" OR ")
}

/// The call with its parentheses.
fn call(trigger: &Object) -> String {
    let call = trigger.text(Attr::Call).unwrap_or("").trim();
    if call.ends_with(')') { call.to_owned() } else { format!("{call}()") }
}

/// `CREATE POLICY`.
pub fn create_policy(policy: &Object) -> Vec<Statement> {
    let mut sql = format!("CREATE POLICY {} ON {}", quote(policy.key.name), relation(policy.key));
    if policy.text(Attr::Restrictive).is_some() || policy.has(Attr::Restrictive) {
        sql.push_str("\n    AS RESTRICTIVE");
    }
    if let Some(command) = policy.text(Attr::Command) {
        sql.push_str(&format!("\n    FOR {}", command.to_uppercase()));
    }
    if let Some(roles) = roles(policy) {
        sql.push_str(&format!("\n    TO {roles}"));
    }
    push_conditions(&mut sql, policy);
    vec![Statement::new(sql, format!("New policy {}.", policy.key.name))]
}

fn roles(policy: &Object) -> Option<String> {
    match policy.get(Attr::Roles)? {
        Value::Labels(roles) => Some(roles.iter().map(|name| role(name)).collect::<Vec<_>>().join(", ")),
        Value::Names(roles) => Some(roles.iter().map(|name| role(name.as_str())).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}

fn push_conditions(sql: &mut String, policy: &Object) {
    for (attr, words) in [(Attr::Using, "USING"), (Attr::WithCheck, "WITH CHECK")] {
        if let Some(condition) = policy.text(attr) {
            sql.push_str(&format!("\n    {words} ({})", super::column::bare(condition)));
        }
    }
}

/// `ALTER POLICY`: roles and conditions.
pub fn alter_policy(policy: &Object) -> Vec<Statement> {
    let mut sql = format!("ALTER POLICY {} ON {}", quote(policy.key.name), relation(policy.key));
    sql.push_str(&format!("\n    TO {}", roles(policy).unwrap_or_else(|| "PUBLIC".to_owned())));
    push_conditions(&mut sql, policy);
    vec![Statement::new(sql, format!("The policy {} changes.", policy.key.name))]
}

/// Whether ALTER POLICY can make the change: it cannot take a condition away (manual, ALTER POLICY).
pub fn policy_keeps_conditions(policy: Pair<&Object>) -> bool {
    [Attr::Using, Attr::WithCheck].iter().all(|attr| policy.desired.has(*attr) || !policy.live.has(*attr))
}

/// `DROP TRIGGER t ON r`, DROP RULE, DROP POLICY.
pub fn drop(object: &Object) -> Statement {
    let sql = format!("DROP {}", target(object.key, Kind::Table));
    Statement::new(sql, format!("The {} {} goes.", object.key.kind.spec().noun, object.key.name))
}

/// Whether the object fires: always, on replicas, never, or as usual.
pub fn enabled(object: &Object) -> Statement {
    let word = match object.text(Attr::Enabled) {
        Some("disabled") => "DISABLE",
        Some("replica") => "ENABLE REPLICA",
        Some("always") => "ENABLE ALWAYS",
        Some(_) | None => "ENABLE",
    };
    let name = quote(object.key.name);
    let sql = match object.key.kind {
        Kind::EventTrigger => format!("ALTER EVENT TRIGGER {name} {word}"),
        Kind::Rule => format!("ALTER TABLE {}\n    {word} RULE {name}", relation(object.key)),
        _ => format!("ALTER TABLE {}\n    {word} TRIGGER {name}", relation(object.key)),
    };
    Statement::new(sql, format!("When {} fires.", object.key.name))
}

/// The trigger of a partition fires otherwise than the one above it. What follows every CREATE says so of all states but the usual one.
pub fn not_as_above(trigger: &Object) -> Vec<Statement> {
    if trigger.has(Attr::Enabled) { Vec::new() } else { vec![enabled(trigger)] }
}

/// The trigger of a partition fires as the one above it again; where that goes, or the table leaves, it goes with it.
pub fn as_above(trigger: &Object, sides: Sides) -> Option<Statement> {
    sides.desired.get(trigger.key.relation()?).filter(|table| table.has(Attr::PartitionOf))?;
    let above = sides.desired.get(trigger.key_of(Attr::PartitionOf)?).filter(|above| !is_made(above.key, sides))?;
    let mut own = trigger.clone();
    own.set(Attr::Enabled, above.get(Attr::Enabled).cloned());
    Some(enabled(&own))
}
