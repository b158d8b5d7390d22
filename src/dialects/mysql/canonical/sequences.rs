//! The sequences that defaults and queries take their values from: MariaDB writes the database before each, also before its own.

use std::collections::BTreeSet;

use crate::ir::{Attr, Fragment, Key, Kind, Schema, Value, Written};

/// What a call of NEXTVAL, LASTVAL or SETVAL begins with in canonical form, up to the first name.
const CALL: &str = "val(`";

/// Takes the database away before the sequences of this schema; one of another database keeps it. Where sequences of the same names
/// stand in several databases, nothing tells which of them is this one, and all keep it.
pub fn settle(schema: &mut Schema<Written>) {
    let own: BTreeSet<String> = schema.of_kind(Kind::Sequence).map(|sequence| sequence.key.name.to_string()).collect();
    if own.is_empty() {
        return;
    }
    let texts = schema.iter().flat_map(|object| ATTRS.iter().filter_map(|attr| Some((object.key, *attr, object.fragment(*attr)?))));
    let taking: Vec<(Key, Attr, Fragment)> =
        texts.filter(|(.., text)| text.compared().contains(CALL)).map(|(key, attr, text)| (key, attr, text.clone())).collect();
    let found: BTreeSet<(String, String)> = taking.iter().flat_map(|(.., text)| qualified(text.compared())).collect();
    let of_own: Vec<&(String, String)> = found.iter().filter(|(_, sequence)| own.contains(sequence)).collect();
    let databases: BTreeSet<&String> = of_own.iter().map(|(database, _)| database).collect();
    if databases.len() != 1 {
        return;
    }
    for (key, attr, text) in taking {
        let bare = |text: &str| {
            of_own.iter().fold(text.to_string(), |text, (database, sequence)| {
                text.replace(&format!("(`{database}`.`{sequence}`"), &format!("(`{sequence}`"))
            })
        };
        let fragment = Fragment { text: bare(&text.text).into(), canon: text.canon.as_ref().map(|canon| bare(canon).into()) };
        if let Some(object) = schema.get_mut(key) {
            object.set(attr, Some(Value::Sql(fragment)));
        }
    }
}

/// The facts in which sequences are called.
const ATTRS: &[Attr] = &[Attr::Default, Attr::Query];

/// Database and sequence of each call.
fn qualified(canon: &str) -> Vec<(String, String)> {
    let names = |call: &str| {
        let (database, rest) = call.split_once("`.`")?;
        Some((database.to_string(), rest.split_once('`')?.0.to_string()))
    };
    canon.split(CALL).skip(1).filter(|call| call.find("`.`").is_some_and(|dot| call.find('`') == Some(dot))).filter_map(names).collect()
}
