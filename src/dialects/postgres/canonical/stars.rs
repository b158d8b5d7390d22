//! Views that show all columns of a table: the server puts the columns in the place of `*` in the order that the table has by then,
//! which is desired's order only where every new column comes behind those that stay.

use std::collections::BTreeSet;

use crate::base::Name;
use crate::dialects::postgres::lexer::{Token, tokens};
use crate::dialects::postgres::tree::{Body, Query, Source};
use crate::dialects::postgres::{parse, print};
use crate::dialects::shows_all;
use crate::ir::{Attr, Canonical, Fragment, Key, Kind, Object, Schema, Value};

/// Spells out the columns in the views of desired that read a table whose columns will stand in another order.
pub fn align(live: &Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let with_stars = |view: &&Object| view.text(Attr::Query).is_some_and(shows_all) && !view.has(Attr::Recursive);
    let kinds = [Kind::View, Kind::MaterializedView].into_iter();
    let views: Vec<Key> = kinds.flat_map(|kind| desired.of_kind(kind)).filter(with_stars).map(|view| view.key).collect();
    if views.is_empty() {
        return;
    }
    let tables = [Kind::Table, Kind::ForeignTable].into_iter().flat_map(|kind| desired.keys_of(kind));
    let moved: BTreeSet<Name> =
        tables.filter(|table| live.contains(*table) && !is_reached(*table, live, desired)).map(|table| table.name).collect();
    for view in views {
        let spelled = desired.get(view).and_then(|view| view.fragment(Attr::Query)).and_then(|query| spelled(query, &moved));
        if let (Some(query), Some(view)) = (spelled, desired.get_mut(view)) {
            view.set(Attr::Query, Some(Value::Sql(query)));
        }
    }
}

/// The query in the server's words, where it reads one of these tables.
fn spelled(query: &Fragment, moved: &BTreeSet<Name>) -> Option<Fragment> {
    let named = |token: &Token<'_>| matches!(token, Token::Word(word) | Token::Quoted(word) if moved.contains(&Name::new(word)));
    let reads = !moved.is_empty() && tokens(&query.text)?.iter().any(named);
    let mut words = parse::query(query.compared()).filter(|_| reads && parse::query(&query.text).is_some())?;
    unlabel(&mut words);
    let mut spelled = Fragment::new(print::spoken(&words)?);
    spelled.settle(query.compared());
    Some(spelled)
}

/// Takes out labels that say the name of their relation: the server keeps them in a view as written.
pub fn unlabel(query: &mut Query) {
    query.with.iter_mut().for_each(|with| unlabel(&mut with.query));
    match &mut query.body {
        Body::Select(select) => select.from.iter_mut().for_each(unlabel_source),
        Body::Combine { left, right, .. } => [left, right].into_iter().for_each(|side| unlabel(side)),
        Body::Values(_) | Body::Change(_) => {}
    }
}

fn unlabel_source(source: &mut Source) {
    match source {
        Source::Relation { name, alias, .. } if alias.columns.is_empty() && alias.name.as_ref() == name.last() => alias.name = None,
        Source::Query { query, .. } => unlabel(query),
        Source::Join(join) => [&mut join.left, &mut join.right].into_iter().for_each(unlabel_source),
        Source::Relation { .. } | Source::Functions { .. } => {}
    }
}

/// Whether adding the columns that come behind those that stay leads to the order that desired has. A column whose expression
/// changes may be made anew.
fn is_reached(table: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> bool {
    let stays = |column: &&Object| {
        let other = live.get(column.key);
        other.is_some_and(|other| [Attr::Generated, Attr::GeneratedAs].iter().all(|attr| other.get(*attr) == column.get(*attr)))
    };
    let wanted = desired.columns(table);
    let kept: BTreeSet<Name> = wanted.iter().copied().filter(stays).map(|column| column.key.name).collect();
    let old = live.columns(table).into_iter().map(|column| column.key.name).filter(|name| kept.contains(name));
    let new = wanted.iter().map(|column| column.key.name).filter(|name| !kept.contains(name));
    old.chain(new).eq(wanted.iter().map(|column| column.key.name))
}
