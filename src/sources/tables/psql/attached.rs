//! What else stands on a relation: triggers, rules, policies, statistics objects.

use super::super::lines::{Line, span_of};
use super::super::script::Phase;
use super::Text;
use super::blocks::{Block, Item};
use super::grammar;
use super::names::{quote, relation};
use crate::base::Span;
use crate::ir::{Attr, Kind};

/// Headings of triggers and rules, and how ALTER TABLE says the same state; nothing where it is the usual one.
const TRIGGERS: &[(&str, &str)] = &[
    ("Triggers", ""),
    ("Disabled user triggers", "DISABLE"),
    ("Triggers firing always", "ENABLE ALWAYS"),
    ("Triggers firing on replica only", "ENABLE REPLICA"),
];

const RULES: &[(&str, &str)] = &[
    ("Rules", ""),
    ("Disabled rules", "DISABLE"),
    ("Rules firing always", "ENABLE ALWAYS"),
    ("Rules firing on replica only", "ENABLE REPLICA"),
];

/// Headings of policies, and whether they say that row security is on, and forced.
const POLICIES: &[(&str, &[&str])] = &[
    ("Policies", &["ENABLE"]),
    ("Policies (row security enabled)", &["ENABLE"]),
    ("Policies (forced row security enabled)", &["ENABLE", "FORCE"]),
    ("Policies (row security disabled)", &[]),
];

/// Writes all of them.
pub fn write(block: &Block<'_>, text: &mut Text<'_, '_>) {
    triggers(block, text);
    rules(block, text);
    policies(block, text);
    statistics(block, text);
}

fn triggers(block: &Block<'_>, text: &mut Text<'_, '_>) {
    for (heading, state) in TRIGGERS {
        for line in block.items(heading) {
            match grammar::trigger_line(&line.text) {
                Ok((_, (_, _, Some(_)))) => {}
                Ok((_, (name, definition, None))) => trigger(block, (name, definition, state), line.span, text),
                Err(_) => text.unknown(line.span, "a trigger"),
            }
        }
    }
}

fn trigger(block: &Block<'_>, (name, definition, state): (&str, &str, &str), span: Span, text: &mut Text<'_, '_>) {
    let head = definition.split(" FOR EACH ").next().unwrap_or(definition);
    let constraint = if head.contains("DEFERRABLE INITIALLY ") { "CONSTRAINT " } else { "" };
    text.script.sql(Phase::Attached, format!("CREATE {constraint}TRIGGER {name} {definition}"), span);
    if !state.is_empty() {
        text.script.sql(Phase::Attached, format!("ALTER TABLE {} {state} TRIGGER {name}", relation(&block.title)), span);
    }
}

fn rules(block: &Block<'_>, text: &mut Text<'_, '_>) {
    for (heading, state) in RULES {
        let lines: Vec<&Line<'_>> = block.lines(heading).collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| is_rule(&lines, *at)).collect();
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(lines.len());
            let own: Vec<Line<'_>> = lines.get(*start..end).unwrap_or_default().iter().map(|line| **line).collect();
            rule(block, &own, state, text);
        }
        if let Some(line) = lines.first().filter(|_| starts.first() != Some(&0)) {
            text.unknown(line.span, "a rule");
        }
    }
}

/// A rule begins with its name, and its event stands in the next line.
fn is_rule(lines: &[&Line<'_>], at: usize) -> bool {
    let next = lines.get(at + 1).map_or("", |line| line.text.trim_start());
    lines.get(at).is_some_and(|line| grammar::rule_start(line.text.trim()).is_ok()) && next.starts_with("ON ")
}

fn rule(block: &Block<'_>, lines: &[Line<'_>], state: &str, text: &mut Text<'_, '_>) {
    let (Some(first), Some(span)) = (lines.first(), span_of(lines)) else { return };
    let Ok((_, name)) = grammar::rule_start(first.text.trim()) else { return };
    let body: Vec<&str> = lines.iter().map(|line| line.text.strip_prefix("    ").unwrap_or(line.text)).collect();
    text.script.sql(Phase::Attached, format!("CREATE RULE {}", body.join("\n").trim_end_matches(';')), span);
    if !state.is_empty() {
        text.script.sql(Phase::Attached, format!("ALTER TABLE {} {state} RULE {name}", relation(&block.title)), span);
    }
}

fn policies(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let mut enabled = false;
    for (heading, states) in POLICIES {
        let Some(section) = block.section(heading) else { continue };
        for state in *states {
            enabled = true;
            let sql = format!("ALTER TABLE {} {state} ROW LEVEL SECURITY", relation(&block.title));
            text.script.sql(Phase::Attached, sql, section.line.span);
        }
        for policy in section.items() {
            write_policy(block, &policy, text);
        }
    }
    if !enabled && block.title.what != "View" {
        text.unseen_fact(super::names::key(Kind::Table, &block.title), Attr::ForceRowSecurity);
    }
}

fn write_policy(block: &Block<'_>, item: &Item, text: &mut Text<'_, '_>) {
    let (first, rest) = item.text.split_once('\n').unwrap_or((&item.text, ""));
    let Ok((_, policy)) = grammar::policy_line(first) else { return text.unknown(item.span, "a policy") };
    let mut sql = format!("CREATE POLICY {} ON {}{}", quote(policy.name), relation(&block.title), policy.clauses);
    for line in rest.lines() {
        let clause = line.strip_prefix("      ").unwrap_or(line);
        match clause.strip_prefix("TO ") {
            Some(roles) => {
                let roles: Vec<String> = roles.split(',').map(|role| quote(role.trim())).collect();
                sql += &format!("\nTO {}", roles.join(", "));
            }
            None => sql += &format!("\n{clause}"),
        }
    }
    text.script.sql(Phase::Attached, sql, item.span);
}

fn statistics(block: &Block<'_>, text: &mut Text<'_, '_>) {
    for line in block.items("Statistics objects") {
        let Ok((_, object)) = grammar::statistics_line(&line.text) else {
            text.unknown(line.span, "a statistics object");
            continue;
        };
        let name = format!("{}.{}", quote(object.namespace), quote(object.name));
        // The object stands on the relation that shows it; psql may print it without its schema.
        let elements = object.definition.rsplit_once(" FROM ").map_or(object.definition, |(elements, _)| elements);
        let table = text.plain(&block.title);
        text.script.sql(Phase::Attached, format!("CREATE STATISTICS {name} {elements} FROM {table}"), line.span);
        if let Some(target) = object.target {
            text.script.sql(Phase::Attached, format!("ALTER STATISTICS {name} SET STATISTICS {target}"), line.span);
        }
        text.speaks_of(object.namespace, object.name);
    }
}
