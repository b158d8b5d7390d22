//! What falls or changes along with an object: CASCADE reaches tables that the statement does not name (manual, Dependency Tracking).

use std::collections::BTreeSet;

use crate::base::Name;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op, Value, Work};

use super::Weigher;
use super::constraint;
use super::levels::ACCESS_EXCLUSIVE;
use crate::dialects::Tie;
use crate::dialects::postgres::lexer::{Token, tokens};
use crate::dialects::postgres::tie;
use crate::dialects::postgres::write::cast;

/// `DROP … CASCADE`.
pub fn fall(weigher: &mut Weigher, key: Key) {
    let Some(key) = weigher.deed.before.resolve(key) else { return };
    match key.kind {
        Kind::PrimaryKey | Kind::Unique => lock_references(weigher, key),
        // The columns of the type go.
        Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => {
            for table in constraint::tables_with(weigher, key.name.as_str()) {
                weigher.lock_all(table, &ACCESS_EXCLUSIVE);
                weigher.endanger(Hazard::Drop);
            }
        }
        Kind::Function => lock_triggers(weigher, key),
        // Defaults that ask it for numbers go.
        Kind::Sequence => {
            let before = weigher.deed.before;
            let asks = |column: &&Object| matches!(tie::default(column, key), Some(Tie::Loses(_)));
            let tables: Vec<Key> = before.of_kind(Kind::Column).filter(asks).filter_map(|column| column.key.relation()).collect();
            tables.into_iter().for_each(|table| weigher.lock_all(table, &ACCESS_EXCLUSIVE));
        }
        _ => lock_views(weigher, key),
    }
}

/// Triggers that call a routine go with it.
fn lock_triggers(weigher: &mut Weigher, routine: Key) {
    let calls = |trigger: &&Object| tie::is_called(trigger, routine);
    let tables: Vec<Key> = weigher.deed.before.of_kind(Kind::Trigger).filter(calls).filter_map(|trigger| trigger.key.relation()).collect();
    tables.into_iter().for_each(|table| weigher.lock_all(table, &ACCESS_EXCLUSIVE));
}

/// Foreign keys that refer to the columns of a key go with it.
fn lock_references(weigher: &mut Weigher, key: Key) {
    let before = weigher.deed.before;
    let (Some(table), Some(columns)) = (key.relation(), before.get(key).map(|key| key.names(Attr::Columns))) else { return };
    let refers = |foreign: &&Object| foreign.key_of(Attr::References) == Some(table) && foreign.names(Attr::ReferencedColumns) == columns;
    let tables: Vec<Key> = before.of_kind(Kind::ForeignKey).filter(refers).filter_map(|foreign| foreign.key.relation()).collect();
    tables.into_iter().for_each(|table| weigher.lock_all(table, &ACCESS_EXCLUSIVE));
}

/// Views that stand on a relation or its column fall with it, and those that stand on them.
fn lock_views(weigher: &mut Weigher, key: Key) {
    let views = [Kind::View, Kind::MaterializedView].iter().flat_map(|kind| weigher.deed.before.of_kind(*kind));
    let said: Vec<(Key, BTreeSet<String>)> = views.map(|view| (view.key, names(view.text(Attr::Query).unwrap_or("")))).collect();
    let mut fallen: Vec<Vec<Name>> = vec![if key.kind == Kind::Column { vec![key.name, key.owner] } else { vec![key.name] }];
    let mut known: BTreeSet<Name> = (key.kind != Kind::Column).then_some(key.name).into_iter().collect();
    let mut at = 0;
    while let Some(gone) = fallen.get(at).cloned() {
        let standing = said.iter().filter(|(_, names)| gone.iter().all(|name| names.contains(name.as_str()))).map(|(view, _)| *view);
        for view in standing.filter(|view| !known.contains(&view.name)).collect::<Vec<Key>>() {
            known.insert(view.name);
            fallen.push(vec![view.name]);
            weigher.lock(view, &ACCESS_EXCLUSIVE);
        }
        at += 1;
    }
}

/// The names that a text says.
fn names(text: &str) -> BTreeSet<String> {
    let name = |token: Token<'_>| match token {
        Token::Word(name) | Token::Quoted(name) => Some(name.into_owned()),
        _ => None,
    };
    tokens(text).unwrap_or_default().into_iter().filter_map(name).collect()
}

/// `ALTER TYPE … ATTRIBUTE … CASCADE`: the tables of the type change with it (manual, ALTER TYPE).
pub fn field(weigher: &mut Weigher, op: &Op) {
    let before = weigher.deed.before;
    let field = op.key();
    let name = format!("{}.{}", field.namespace, field.owner);
    let of = |table: &&Object| table.text(Attr::OfType).is_some_and(|of| of == name || of == field.owner.as_str());
    let tables: Vec<Key> = before.of_kind(Kind::Table).filter(of).map(|table| table.key).collect();
    for table in tables {
        weigher.lock_all(table, &ACCESS_EXCLUSIVE);
        match op {
            Op::Drop { .. } => weigher.endanger(Hazard::Drop),
            Op::Rename { .. } => weigher.endanger(Hazard::Rename),
            Op::Set { attr: Attr::Type, value: Some(Value::Sql(to)), .. } => {
                let from = before.get(table.child(Kind::Column, field.name)).and_then(|column| column.text(Attr::Type)).unwrap_or("");
                cast::risks(from, &to.text).into_iter().for_each(|hazard| weigher.endanger(hazard));
                if cast::rewrites(from, &to.text) {
                    weigher.work(Work::Rewrite);
                }
            }
            _ => {}
        }
    }
}
