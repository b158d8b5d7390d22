//! What replay holds on to while objects get other names: said in operations, for no text shows it.

use amend::base::Name;
use amend::dialects;
use amend::ir::{Attr, Key, Kind, Object, Op, Schema, Value, Written};
use amend::replay::{Located, replay};

#[test]
fn a_sequence_falls_with_the_column_that_it_belongs_to_under_its_last_name() {
    let name = |text: &str| Name::new(text);
    let table = Key::new(Kind::Table, name("a"), name("t"));
    let column = table.child(Kind::Column, name("id"));
    let sequences = ["one", "two"].map(|text| Key::new(Kind::Sequence, name("a"), name(text)));
    let ops = [
        Op::create(Object::new(Key::new(Kind::Namespace, Name::NONE, name("a")))),
        Op::create(Object::new(table)),
        Op::create(Object::new(column)),
        Op::create(Object::new(sequences[0]).with(Attr::OwnedBy, Value::Key(column))),
        Op::create(Object::new(sequences[1])),
        Op::set(sequences[1], Attr::OwnedBy, Some(Value::Key(column))),
        Op::Rename { key: column, to: name("no") },
        Op::Rename { key: table, to: name("u") },
        Op::Rename { key: Key::new(Kind::Namespace, Name::NONE, name("a")), to: name("b") },
        Op::drop(Key::part(Kind::Column, name("b"), name("u"), name("no"))),
    ];
    let mut schema = Schema::<Written>::default();
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("the dialect is there"));
    let faults = replay(&mut schema, ops.map(|op| Located::new(op, None)), dialect);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(schema.of_kind(Kind::Sequence).count(), 0);
    assert_eq!(schema.of_kind(Kind::Table).count(), 1);
}
