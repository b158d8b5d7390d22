//! Functions that a migration runs: whether their text shows that they may change more than rows.

use std::collections::BTreeSet;

use super::modules::Modules;
use super::objects;
use super::syntax::{Expr, Node, Stmt};
use super::value::Value;

/// Calls of the schema editor that make, change or remove something (django/db/backends/base/schema.py).
const EDITS: &[&str] = &["create_", "delete_", "alter_", "add_", "remove_", "rename_"];

/// Words with which a statement starts that changes a schema.
const STATEMENTS: &[&str] = &["create ", "alter ", "drop ", "comment on "];

/// Commands that change rows only.
const HARMLESS: &[&str] = &["loaddata", "flush", "createsuperuser", "clearsessions", "remove_stale_contenttypes", "collectstatic"];

/// What Django offers for a step that does nothing (django/db/migrations/operations/special.py, `RunPython.noop`).
const NOOP: &[&str] = &[
    "django.db.migrations.RunPython.noop",
    "django.db.migrations.operations.RunPython.noop",
    "django.db.migrations.operations.special.RunPython.noop",
];

/// What stands around the text that documents a function.
const QUOTES: &str = "\"\"\"";

impl Modules<'_> {
    /// Whether a function does nothing: Django's own `noop`, or one whose text says no more than that it passes.
    pub(super) fn does_nothing(&self, code: &Value) -> bool {
        let Value::Ref(path) = code else { return false };
        let plain = self.function(path).is_some_and(|callable| callable.function.decorators.is_empty());
        let passes =
            |text: &str, name: &str| functions(text).iter().rfind(|(known, _)| *known == name).is_some_and(|(_, body)| passes(body));
        NOOP.contains(&&**path) || plain && self.written(path).is_some_and(|(text, name)| passes(&text, name))
    }

    /// The text of the module of a function, and its name there.
    fn written<'a>(&self, path: &'a str) -> Option<(String, &'a str)> {
        let (module, name) = path.rsplit_once('.')?;
        Some((self.find(module).and_then(|(file, _)| self.tree.read(&file))?, name))
    }

    /// Whether a function may change the schema, by its text and that of the functions of its module which it names.
    pub(super) fn reaches_schema(&self, code: &Value) -> bool {
        let Value::Ref(path) = code else { return false };
        self.written(path).is_some_and(|(text, name)| {
            let functions = functions(&text);
            let mut open = vec![name];
            let mut seen = BTreeSet::new();
            while let Some(next) = open.pop() {
                if !seen.insert(next) {
                    continue;
                }
                let Some((_, body)) = functions.iter().find(|(known, _)| *known == next) else { continue };
                if reaches(body) {
                    return true;
                }
                open.extend(functions.iter().map(|(known, _)| *known).filter(|known| body.contains(&format!("{known}("))));
            }
            false
        })
    }
}

/// Whether a `database_forwards` does nothing to a schema but what its base does, at most where it is not done yet: then what
/// it leads to is the base's.
pub(super) fn hands_over(body: &[Stmt]) -> bool {
    let mut asks = false;
    follows(body, &mut asks) && asks
}

/// Whether every statement is understood and leaves the schema alone but for the call of the base, which is noted.
fn follows(body: &[Stmt], asks: &mut bool) -> bool {
    body.iter().all(|statement| match statement {
        Stmt::Call(Expr { node: Node::Call(call), .. }) => match &call.function.node {
            Node::Attribute(base, method) if objects::is_super(base) => {
                *asks |= &**method == "database_forwards";
                true
            }
            Node::Attribute(base, _) => !matches!(&base.node, Node::Name(name) if &**name == "schema_editor"),
            _ => true,
        },
        // Where it asks for the engine, it does something else on another.
        Stmt::If { test, then, otherwise } => !asks_engine(test) && follows(then, asks) && follows(otherwise, asks),
        Stmt::Assign { value, .. } => !asks_engine(value),
        Stmt::Return(_) | Stmt::Import { .. } | Stmt::From { .. } => true,
        _ => false,
    })
}

fn asks_engine(expr: &Expr) -> bool {
    match &expr.node {
        Node::Attribute(base, name) => matches!(&**name, "vendor" | "settings_dict" | "features" | "alias") || asks_engine(base),
        Node::Compare(one, _, two) | Node::Binary(one, _, two) => asks_engine(one) || asks_engine(two),
        Node::Logic(_, parts) => parts.iter().any(asks_engine),
        Node::Unary(_, inner) => asks_engine(inner),
        Node::Call(call) => asks_engine(&call.function) || call.arguments.iter().any(asks_engine),
        _ => false,
    }
}

/// Whether the text of a function has nothing below its head but comments, one line that documents it, and `pass`.
fn passes(text: &str) -> bool {
    let below = text.split_once(')').and_then(|(_, rest)| rest.split_once(':'));
    below.is_some_and(|(head, body)| {
        let lines = body.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
        let documents =
            |line: &str| line.strip_prefix(QUOTES).and_then(|rest| rest.strip_suffix(QUOTES)).is_some_and(|rest| !rest.contains('"'));
        ["", "-> None"].contains(&head.trim())
            && lines.into_iter().all(|line| ["pass", "return", "return None", "..."].contains(&line) || documents(line))
    })
}

/// The functions of a module by name, each with its text.
fn functions(text: &str) -> Vec<(&str, &str)> {
    let starts: Vec<usize> = text.match_indices("\ndef ").map(|(at, _)| at + 1).chain(text.starts_with("def ").then_some(0)).collect();
    let one = |start: usize| {
        let rest = &text[start..];
        let end =
            rest.match_indices('\n').find(|(at, _)| rest[at + 1..].starts_with(|c: char| !c.is_whitespace() && !matches!(c, ')' | '#')));
        let body = end.map_or(rest, |(at, _)| &rest[..at]);
        let name = body.strip_prefix("def ")?.split('(').next()?.trim();
        Some((name, body))
    };
    starts.into_iter().filter_map(one).collect()
}

fn reaches(body: &str) -> bool {
    let lower = body.to_lowercase();
    let edits = lower.split("schema_editor.").skip(1).any(|rest| EDITS.iter().any(|edit| rest.starts_with(edit)));
    let executes = lower.contains("execute(") || lower.contains("executescript(") || lower.contains("execute_sql(");
    let states = lower.split(['"', '\'']).any(|text| STATEMENTS.iter().any(|statement| text.trim_start().starts_with(statement)));
    let called = lower.split("call_command(").skip(1).any(|rest| {
        let command = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        !HARMLESS.iter().any(|harmless| command.starts_with(harmless))
    });
    edits || executes && states || called
}
