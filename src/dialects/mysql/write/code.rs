//! Views, triggers, routines, events and sequences.

use super::Writer;
use super::text::name;
use crate::base::Name;
use crate::dialects::mysql::lex::literal;
use crate::ir::{Attr, Hazard, Kind, Object, Statement, Value};

fn definer(object: &Object) -> String {
    object.text(Attr::Definer).map_or(String::new(), |account| format!("DEFINER={account} "))
}

/// The words between CREATE and the kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    New,
    /// In the place of the one that is there.
    Instead,
}

impl How {
    fn words(self) -> &'static str {
        match self {
            How::New => "",
            How::Instead => "OR REPLACE ",
        }
    }
}

/// The whole CREATE statement.
pub fn create(object: &Object, how: How) -> String {
    match object.key.kind {
        Kind::View => view(object, how),
        Kind::Trigger => trigger(object, how),
        Kind::Event => event(object),
        Kind::Sequence => sequence(object),
        _ => routine(object, how),
    }
}

fn view(view: &Object, how: How) -> String {
    let algorithm = view.text(Attr::Method).map_or(String::new(), |method| format!("ALGORITHM={} ", method.to_uppercase()));
    let security = if view.has(Attr::SecurityDefiner) { "SQL SECURITY INVOKER " } else { "" };
    let columns = view.text(Attr::Layout).map_or(String::new(), |columns| format!(" {columns}"));
    let check = view.text(Attr::CheckOption).map_or(String::new(), |kind| format!("\nWITH {} CHECK OPTION", kind.to_uppercase()));
    format!(
        "CREATE {}{algorithm}{}{security}VIEW {}{columns} AS\n{}{check}",
        how.words(),
        definer(view),
        name(view.key.name),
        view.text(Attr::Query).unwrap_or("")
    )
}

/// The server keeps a trigger's text letter by letter, so its head is written as its author wrote it.
fn trigger(trigger: &Object, how: How) -> String {
    let head = trigger.text(Attr::Layout).map(str::to_string).unwrap_or_else(|| {
        let events = match trigger.get(Attr::Events) {
            Some(Value::Labels(events)) => events.join(" OR "),
            _ => String::new(),
        };
        let timing = trigger.text(Attr::Timing).unwrap_or("");
        format!("TRIGGER {} {timing} {events} ON {} FOR EACH ROW ", name(trigger.key.name), name(trigger.key.owner))
    });
    let order = match trigger.text(Attr::Position).and_then(|place| place.split_once(' ')) {
        Some(("after", other)) => format!("FOLLOWS {} ", name(Name::new(other))),
        Some((_, other)) => format!("PRECEDES {} ", name(Name::new(other))),
        None => String::new(),
    };
    format!("CREATE {}{}{head}{order}{}", how.words(), definer(trigger), trigger.text(Attr::Body).unwrap_or(""))
}

fn routine(routine: &Object, how: How) -> String {
    let kind = if routine.key.kind == Kind::Procedure { "PROCEDURE" } else { "FUNCTION" };
    let aggregate = if routine.has(Attr::Window) { "AGGREGATE " } else { "" };
    let mut sql = format!(
        "CREATE {}{}{aggregate}{kind} {}({})",
        how.words(),
        definer(routine),
        name(routine.key.name),
        routine.text(Attr::Parameters).unwrap_or("")
    );
    if let Some(result) = routine.text(Attr::Type) {
        sql.push_str(&format!(" RETURNS {result}"));
        if let Some((charset, collation)) = routine.text(Attr::Charset).zip(routine.text(Attr::Collation)) {
            sql.push_str(&format!(" CHARSET {charset} COLLATE {collation}"));
        }
    }
    for attr in [Attr::Parallel, Attr::Volatility] {
        if let Some(words) = routine.text(attr) {
            sql.push_str(&format!("\n    {words}"));
        }
    }
    if routine.has(Attr::SecurityDefiner) {
        sql.push_str("\n    SQL SECURITY INVOKER");
    }
    if let Some(comment) = routine.text(Attr::Comment) {
        sql.push_str(&format!("\n    COMMENT {}", literal(comment)));
    }
    format!("{sql}\n{}", routine.text(Attr::Body).unwrap_or(""))
}

/// What stands behind an event's name.
fn event_clauses(event: &Object) -> String {
    let option = |wanted: &str| match event.get(Attr::Options) {
        Some(Value::Options(options)) => options.get(&crate::base::Name::new(wanted)).cloned(),
        _ => None,
    };
    let mut sql = format!("ON SCHEDULE {}", event.text(Attr::Schedule).unwrap_or(""));
    if let Some(start) = event.text(Attr::Start) {
        sql.push_str(&format!(" STARTS {start}"));
    }
    if let Some(end) = option("ends") {
        sql.push_str(&format!(" ENDS {end}"));
    }
    let preserve = if option("on completion").is_some() { "PRESERVE" } else { "NOT PRESERVE" };
    let state = match event.text(Attr::Enabled) {
        Some("disabled") => "DISABLE",
        Some(_) => "DISABLE ON SLAVE",
        None => "ENABLE",
    };
    sql.push_str(&format!("\n    ON COMPLETION {preserve}\n    {state}\n    COMMENT {}", literal(event.text(Attr::Comment).unwrap_or(""))));
    format!("{sql}\n    DO {}", event.text(Attr::Body).unwrap_or(""))
}

fn event(event: &Object) -> String {
    format!("CREATE {}EVENT {} {}", definer(event), name(event.key.name), event_clauses(event))
}

/// Options of a sequence; `all` says also what holds anyway, to take a change back.
fn sequence_options(sequence: &Object, attrs: &[Attr]) -> String {
    const WORDS: &[(Attr, &str, &str)] = &[
        (Attr::Start, "START WITH", ""),
        (Attr::MinValue, "MINVALUE", "NO MINVALUE"),
        (Attr::MaxValue, "MAXVALUE", "NO MAXVALUE"),
        (Attr::Increment, "INCREMENT BY", "INCREMENT BY 1"),
        (Attr::Cache, "CACHE", "CACHE 1000"),
    ];
    let mut out = Vec::new();
    let descending = sequence.text(Attr::Increment).is_some_and(|by| by.starts_with('-'));
    for (attr, words, none) in WORDS.iter().filter(|(attr, _, _)| attrs.contains(attr)) {
        match sequence.text(*attr) {
            Some(value) => out.push(format!("{words} {value}")),
            // ALTER SEQUENCE takes the bounds of a sequence that counts up where it is told NO MINVALUE, NO MAXVALUE.
            None if descending && *attr == Attr::MinValue && !sequence.has(Attr::Type) => out.push(format!("{words} -{}", i64::MAX)),
            None if descending && *attr == Attr::MaxValue => out.push(format!("{words} -1")),
            None if *attr == Attr::Start => {
                let first = if descending { Attr::MaxValue } else { Attr::MinValue };
                out.push(format!("{words} {}", sequence.text(first).unwrap_or(if descending { "-1" } else { "1" })));
            }
            None => out.push((*none).to_string()),
        }
    }
    if attrs.contains(&Attr::Cycle) {
        out.push(if sequence.has(Attr::Cycle) { "CYCLE" } else { "NOCYCLE" }.to_string());
    }
    out.join(" ")
}

fn sequence(sequence: &Object) -> String {
    let stated: Vec<Attr> = sequence.facts().iter().map(|fact| fact.0).collect();
    let kind = sequence.text(Attr::Type).map_or(String::new(), |kind| format!("AS {kind}"));
    let comment = sequence.text(Attr::Comment).map_or(String::new(), |comment| format!("COMMENT {}", literal(comment)));
    let words = [format!("CREATE SEQUENCE {}", name(sequence.key.name)), kind, sequence_options(sequence, &stated), comment];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<String>>().join(" ")
}

/// Changes an object in place.
pub fn alter(writer: &Writer, desired: &Object, attrs: &[Attr]) -> Vec<Statement> {
    let why = format!("{} changes: {}.", desired.key, writer.labels(attrs));
    let own = name(desired.key.name);
    let sql = match desired.key.kind {
        Kind::Event => format!("ALTER {}EVENT {own} {}", definer(desired), event_clauses(desired)),
        Kind::Sequence => {
            let restart = if writer.schema.live.get(desired.key).is_some_and(|live| is_turned(live, desired)) { " RESTART" } else { "" };
            format!("ALTER SEQUENCE {own} {}{restart}", sequence_options(desired, attrs))
        }
        _ => create(desired, How::Instead),
    };
    under_mode(desired, Statement::new(sql, why))
}

/// Whether a sequence counts the other way between other bounds: its next value lies outside of them, and the server takes the change only
/// where it starts anew (MariaDB, ALTER SEQUENCE).
fn is_turned(live: &Object, desired: &Object) -> bool {
    let descends = |sequence: &Object| sequence.text(Attr::Increment).is_some_and(|by| by.starts_with('-'));
    let bounds = |sequence: &Object| {
        let bound = |attr: Attr, idle: &str| sequence.text(attr).unwrap_or(idle).to_string();
        [bound(Attr::MinValue, "1"), bound(Attr::MaxValue, "9223372036854775806")]
    };
    descends(live) != descends(desired) && bounds(live) != bounds(desired)
}

/// A new object.
pub fn new(object: &Object) -> Vec<Statement> {
    under_mode(object, Statement::new(create(object, How::New), format!("{} is new.", object.key)))
}

/// The server keeps the mode of the session with the text, and reads the text under it ever after (MySQL Reference Manual,
/// Stored Program Security and Restrictions; CREATE PROCEDURE).
fn under_mode(object: &Object, statement: Statement) -> Vec<Statement> {
    let Some(mode) = object.text(Attr::SqlMode) else { return vec![statement] };
    let before = format!("SET @sql_mode_before = @@sql_mode, sql_mode = {}", literal(mode));
    vec![
        Statement::new(before, format!("The server reads {} under the mode in which it is made.", object.key)),
        statement,
        Statement::new("SET sql_mode = @sql_mode_before", "The mode is as before."),
    ]
}

/// Unmakes an object.
pub fn drop(writer: &Writer, object: &Object) -> Vec<Statement> {
    let noun = match object.key.kind {
        Kind::View => "VIEW",
        Kind::Trigger => "TRIGGER",
        Kind::Event => "EVENT",
        Kind::Sequence => "SEQUENCE",
        Kind::Procedure => "PROCEDURE",
        _ => "FUNCTION",
    };
    let stays = writer.schema.desired.contains(object.key);
    let why = if stays { format!("{} is made anew.", object.key) } else { format!("{} is not wanted.", object.key) };
    let statement = Statement::new(format!("DROP {noun} {}", name(object.key.name)), why);
    vec![if object.key.kind == Kind::Sequence { statement.hazard(Hazard::Drop) } else { statement }]
}
