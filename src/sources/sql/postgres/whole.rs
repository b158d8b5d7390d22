//! Rare kinds: read as a key and the whole CREATE statement with a qualified name.

use super::{keys, schema, target, unless_exists};
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// Words behind CREATE that say nothing of the kind.
const PREFIXES: &[&str] = &["DEFAULT", "TRUSTED"];

/// `CREATE kind name …` of a kind that is held as one text.
pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let start = statement.mark();
    for prefix in PREFIXES {
        if !statement.at_words(&[prefix, "PRIVILEGES"]) {
            statement.accept(&[prefix]);
        }
    }
    let procedural = statement.accept(&["PROCEDURAL"]);
    let words = statement.mark();
    let Some((kind, shape)) = statement.accept_row(target::KINDS).filter(|(kind, _)| WHOLE.contains(kind)) else {
        statement.rewind(start);
        return Err(statement.fault("this kind of object is not known"));
    };
    let noun = statement.text_from(if procedural { words } else { start }).to_ascii_uppercase();
    let guard = unless_exists(statement, guard);
    if kind == Kind::Statistics && statement.is(0, "ON") {
        return Err(statement.fault("a statistics object without a name is not modelled"));
    }
    let key = target::read(statement, kind, shape)?;
    if kind == Kind::Language && key.name.as_str() == schema::BUILT_IN {
        statement.rest();
        return Ok(Outcome::Ignored("built-in language"));
    }
    let head = format!("CREATE {noun} {}", target::printed(key, shape));
    statement.note_rename(key, 0);
    push(statement, key, &head, guard)
}

/// Kinds that are made by their whole text alone.
const WHOLE: &[Kind] = &[
    Kind::Language,
    Kind::Collation,
    Kind::Cast,
    Kind::Operator,
    Kind::OperatorClass,
    Kind::OperatorFamily,
    Kind::Conversion,
    Kind::Transform,
    Kind::AccessMethod,
    Kind::TextSearchParser,
    Kind::TextSearchTemplate,
    Kind::TextSearchDictionary,
    Kind::EventTrigger,
    Kind::Statistics,
];

/// Adds an object whose statement is `head` and the rest of this one.
pub fn push(statement: &mut Statement<'_, '_>, key: Key, head: &str, guard: Guard) -> Read<Outcome> {
    // Behind the class: where the family is there, what is left of a statement IF NOT EXISTS is passed over.
    let family = (key.kind == Kind::OperatorClass && !statement.ahead_has("FAMILY")).then(|| family_of(key));
    let rest = statement.rest();
    let text = if rest.is_empty() { head.to_owned() } else { format!("{head} {rest}") };
    let object = keys::with_path(statement, Object::new(key).with(Attr::Definition, Value::sql(text)));
    statement.push(Op::Create { object, guard });
    family.into_iter().for_each(|family| statement.push(family));
    Ok(Outcome::Modelled)
}

/// The family that comes with an operator class of which none is named (manual, CREATE OPERATOR CLASS).
fn family_of(class: Key) -> Op {
    let key = Key { kind: Kind::OperatorFamily, ..class };
    let text = format!("CREATE OPERATOR FAMILY {}", target::printed(key, target::Shape::WithMethod));
    Op::Create { object: Object::new(key).with(Attr::Definition, Value::sql(text)), guard: Guard::Lenient }
}
