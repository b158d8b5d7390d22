//! What the server refuses while foreign keys stand: they hold the tables, the columns and the indexes at both of their ends
//! (MySQL Reference Manual, FOREIGN KEY Constraints).

use super::family::Family;
use super::lex::{self, Token};
use super::route::serving;
use super::types::{self, Class};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Schema, Value};

/// Why the server refuses an operation while these dependents stand.
pub fn refuses(op: &Op, dependents: &[&Object], before: &Schema<Canonical>, family: &Family) -> Option<String> {
    let key = before.resolve(op.key())?;
    let mut foreign = dependents.iter().filter(|dependent| dependent.key.kind == Kind::ForeignKey);
    match op {
        Op::Drop { .. } => {
            let held = foreign.find(|held| key.kind == Kind::Column || key.kind == Kind::Table && held.key.relation() != Some(key))?;
            Some(format!("{} rests on {key}: drop that first", held.key))
        }
        Op::Set { attr: Attr::Type, value: Some(Value::Sql(wanted)), .. } => {
            let kind = types::canonical(&wanted.text, family);
            // More values of an ENUM or a SET change nothing in the rows.
            let changes = before.get(key)?.text(Attr::Type)? != kind && types::class(&kind) != Class::Listed;
            let held = foreign.find(|_| changes)?;
            Some(format!("{} rests on {key}: drop that before the type changes, and make it again after", held.key))
        }
        Op::Set { attr: Attr::NotNull, value: Some(_), .. } => {
            let empties = |held: &Object| [Attr::OnDelete, Attr::OnUpdate].iter().any(|action| held.text(*action) == Some("set null"));
            let own = |held: &Object| held.key.relation() == key.relation() && held.names(Attr::Columns).contains(&key.name);
            let held = foreign.find(|held| own(held) && empties(held))?;
            Some(format!("{} sets {key} to NULL", held.key))
        }
        _ => None,
    }
}

/// The foreign keys that stay and would find no index any more, for those that the operations of one statement drop.
pub fn unserved(ops: &[Op], before: &Schema<Canonical>) -> Vec<String> {
    let is_index = |kind: Kind| matches!(kind, Kind::Index | Kind::PrimaryKey);
    let dropped = |of: Key| ops.iter().any(|op| matches!(op, Op::Drop { .. }) && before.resolve(op.key()) == Some(of));
    let made = ops.iter().filter_map(|op| match op {
        Op::Create { object, .. } if is_index(object.key.kind) => Some(object),
        _ => None,
    });
    let made: Vec<&Object> = made.collect();
    let falls = |table: Key| {
        let with = ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if before.resolve(*key) == Some(table)));
        with || made.iter().any(|object| object.key.relation() == Some(table))
    };
    let mut lines = Vec::new();
    for index in ops.iter().filter(|op| matches!(op, Op::Drop { key, .. } if is_index(key.kind))).filter_map(|op| before.resolve(op.key()))
    {
        // A statement that makes an index in the table too is not looked into.
        let Some(table) = index.relation().filter(|table| !falls(*table)) else { continue };
        let held = before.of_kind(Kind::ForeignKey).filter(|foreign| !dropped(foreign.key)).find(|foreign| {
            let own = (foreign.key.relation() == Some(table), foreign.names(Attr::Columns));
            let target = (foreign.key_of(Attr::References) == Some(table), foreign.names(Attr::ReferencedColumns));
            [own, target].into_iter().filter(|(concerned, _)| *concerned).any(|(_, columns)| {
                let mut serving = serving(before, table, columns).map(|key| key.key).peekable();
                serving.peek().is_some() && serving.all(dropped)
            })
        });
        lines.extend(held.map(|held| format!("{} needs {index}: drop that first, or make another index on its columns before", held.key)));
    }
    lines
}

/// Whether the statement switches the checks of foreign keys, and with them these refusals, off or on again: the last of its
/// assignments counts. mysqldump writes it in a comment that is code.
pub fn switches_checks(sql: &str, family: &Family) -> Option<bool> {
    let tokens = lex::tokens(sql, family);
    let assigned = tokens.split_first().filter(|(first, _)| first.is("set")).map(|(_, assigned)| assigned)?;
    let (mut of_server, mut said) = (false, None);
    for assignment in assigned.split(|token| token.is(",")) {
        // A word for the server's own value holds for what follows it, until a word for the session's (SET Syntax for Variable Assignment).
        let is_scope = |words: &[&str]| assignment.first().is_some_and(|first| words.iter().any(|word| first.is(word)));
        of_server = is_scope(SERVER) || of_server && !is_scope(&["session", "local"]);
        let named = |token: &Token| token.raw.starts_with("@@") && SERVER.iter().any(|word| token.raw[2..].eq_ignore_ascii_case(word));
        if !of_server && !assignment.iter().take_while(|token| !token.is("=")).any(named) {
            said = checked(assignment).or(said);
        }
    }
    said
}

/// Words before a setting that mean the server's own value, which sessions that are open do not see.
const SERVER: &[&str] = &["global", "persist", "persist_only"];

/// What the assignment says of the checks.
fn checked(assignment: &[Token]) -> Option<bool> {
    const OFF: &[&str] = &["0", "off", "false"];
    let mut sides = assignment.split(|token| token.is("=") || token.is(":="));
    let (target, value) = (sides.next()?.last()?, sides.next()?);
    let own = target.raw.trim_start_matches("@@").eq_ignore_ascii_case("foreign_key_checks");
    let off = |word: &Token| OFF.iter().any(|off| word.content().eq_ignore_ascii_case(off));
    own.then(|| !matches!(value, [word] if off(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::mysql::family::{MARIADB, MYSQL};

    #[test]
    fn the_checks_go_off_and_on() {
        const SWITCHES: &[(&str, Option<bool>)] = &[
            ("SET foreign_key_checks = 0", Some(false)),
            ("SET GLOBAL foreign_key_checks = 0", None),
            ("SET @@GLOBAL.foreign_key_checks = 0", None),
            ("SET @@session.foreign_key_checks = 0", Some(false)),
            ("SET GLOBAL autocommit = 1, foreign_key_checks = 0", None),
            ("SET GLOBAL autocommit = 1, SESSION foreign_key_checks = 0", Some(false)),
            ("set session FOREIGN_KEY_CHECKS=OFF", Some(false)),
            ("SET @@session.foreign_key_checks := 'off'", Some(false)),
            ("SET @before = @@foreign_key_checks, foreign_key_checks = 0", Some(false)),
            ("/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */", Some(false)),
            ("/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */", Some(true)),
            ("SET foreign_key_checks = 0, foreign_key_checks = 1", Some(true)),
            ("SET @before = @@foreign_key_checks", None),
            ("SET foreign_key_checked = 0", None),
            ("UPDATE t SET foreign_key_checks = 0", None),
        ];
        for (sql, expected) in SWITCHES {
            assert_eq!(switches_checks(sql, &MYSQL), *expected, "{sql}");
        }
        let own = "/*M!100616 SET FOREIGN_KEY_CHECKS=0 */";
        assert_eq!((switches_checks(own, &MARIADB), switches_checks(own, &MYSQL)), (Some(false), None));
    }
}
